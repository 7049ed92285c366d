import { expect, test } from "vitest";
import { OutputCap } from "./output-cap.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const bytes = (value: string) => Buffer.from(value);

test("output below the head passes untouched and leaves nothing to flush", () => {
  const cap = new OutputCap({ headBytes: 10, tailBytes: 4 });
  expect(text(cap.push(bytes("0123456789")))).toBe("0123456789");
  expect(cap.flush()).toHaveLength(0);
});

test("beyond the head only the newest bytes stay, with the size of the gap", () => {
  const cap = new OutputCap({ headBytes: 4, tailBytes: 4 });
  expect(text(cap.push(bytes("abcdef")))).toBe("abcd");
  expect(text(cap.push(bytes("ghijkl")))).toBe("");
  expect(text(cap.flush())).toBe("\n[skein: 4 bytes of output omitted]\nijkl");
  expect(cap.total).toBe(12);
});

test("output that just fits head and tail has no gap", () => {
  const cap = new OutputCap({ headBytes: 4, tailBytes: 4 });
  cap.push(bytes("abcdefgh"));
  expect(text(cap.flush())).toBe("efgh");
});

test("a flush starts a new tail with a gap of its own", () => {
  const cap = new OutputCap({ headBytes: 0, tailBytes: 2 });
  cap.push(bytes("abc"));
  cap.flush();
  cap.push(bytes("defgh"));
  expect(text(cap.flush())).toBe("\n[skein: 3 bytes of output omitted]\ngh");
});
