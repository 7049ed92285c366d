import { expect, test } from "vitest";
import { parseThreadId } from "./thread-id.ts";

const threadId = "01a1f85f-0000-7000-8000-00000000000a";

test.each([threadId, threadId.toUpperCase(), `urn:uuid:${threadId}`, threadId.replaceAll("-", "")])(
  "reads %s",
  (text) => {
    expect(parseThreadId(text)).toEqual({ ok: true, threadId });
  },
);

test.each(["", "not-a-uuid", `${threadId}0`, ` ${threadId}`, `${threadId}\n`, "x".repeat(1000)])(
  "refuses %j",
  (text) => {
    const parsed = parseThreadId(text);
    expect(parsed.ok ? "" : parsed.detail).toMatch(/^invalid character or length: .{0,80} is no UUID$/s);
  },
);
