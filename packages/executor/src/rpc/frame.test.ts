import { expect, test } from "vitest";
import { encodeFrame, FrameDecoder, FrameError, maxBodyBytes } from "./frame.ts";

function prefix(rest: number, header: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(rest, 0);
  bytes.writeUInt32BE(header, 4);
  return bytes;
}

test.each([
  ["a header longer than the frame", prefix(8, 100)],
  ["a header above its cap", prefix(0xff_ff_ff_ff, 0xff_ff_ff_00)],
  ["a body above its cap", prefix(maxBodyBytes + 7, 2)],
  ["text", Buffer.from("bwrap: Can't find source path")],
])("%s is refused from the prefix alone, before anything is buffered", (_name, bytes) => {
  expect(() => new FrameDecoder().push(bytes)).toThrow(FrameError);
});

test("a header that is no JSON is refused", () => {
  const frame = Buffer.concat([prefix(7, 3), Buffer.from("{x}")]);
  expect(() => new FrameDecoder().push(frame)).toThrow("no JSON");
});

test("a body above the cap is refused by the sender", () => {
  expect(() => encodeFrame({}, new Uint8Array(maxBodyBytes + 1))).toThrow(FrameError);
});
