import { expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";

test.each<[readonly number[], string]>([
  [[0x61, 0xff], "invalid utf-8 sequence of 1 bytes from index 1"],
  [[0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xc0, 0xaf], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xe2, 0x82, 0x41], "invalid utf-8 sequence of 2 bytes from index 0"],
  [[0xf0, 0x9f, 0x98, 0x41], "invalid utf-8 sequence of 3 bytes from index 0"],
  [[0xed, 0xa0, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xc3, 0xa9, 0xe2, 0x82], "incomplete utf-8 byte sequence from index 2"],
])("%j", (bytes, error) => expect(decodeText(Uint8Array.from(bytes))).toEqual({ ok: false, error }));

test.each(["", "plain", "\ufeffmarked", "é😀\0"])("%j comes back as it was", (text) => {
  expect(decodeText(Buffer.from(text))).toEqual({ ok: true, text });
});
