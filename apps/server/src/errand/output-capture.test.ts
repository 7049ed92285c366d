import { expect, test } from "vitest";
import { maxKeptBytes, OutputCapture } from "./output-capture.ts";

const bytes = (text: string) => Buffer.from(text);
const told = (capture: OutputCapture, text: string) => {
  const delta = capture.push(bytes(text));
  return delta === null ? null : [Buffer.from(delta.bytes).toString(), delta.capReached];
};

test("what is streamed is told as it comes and not kept", () => {
  const capture = new OutputCapture(null, true);
  expect([told(capture, "a"), told(capture, "bc")]).toEqual([
    ["a", false],
    ["bc", false],
  ]);
  expect([capture.text, capture.capReached, capture.omittedUnasked]).toEqual(["", false, 0]);
});

test("at its cap a stream is cut, says so once, and nothing more", () => {
  const capture = new OutputCapture(3, true);
  expect([told(capture, "ab"), told(capture, "cde"), told(capture, "f")]).toEqual([["ab", false], ["c", true], null]);
  expect([capture.capReached, capture.omittedUnasked]).toEqual([true, 0]);
});

test("a cap of nothing is told with the first output", () => {
  const capture = new OutputCapture(0, true);
  expect([told(capture, "a"), told(capture, "b")]).toEqual([["", true], null]);
});

test("what is not streamed is kept for the end, a character that is divided between two chunks too", () => {
  const capture = new OutputCapture(10, false);
  for (const chunk of [bytes("h"), bytes("é").subarray(0, 1), bytes("é").subarray(1)])
    expect(capture.push(chunk)).toBeNull();
  expect([capture.text, capture.capReached]).toEqual(["hé", false]);
  capture.push(bytes("0123456789"));
  expect([capture.text, capture.capReached, capture.omittedUnasked]).toEqual(["hé0123456", true, 0]);
});

test.for([null, maxKeptBytes * 2])(
  "with a cap of %s no more is kept than the server can hold, and that is said",
  (cap) => {
    const capture = new OutputCapture(cap, false);
    for (let megabytes = 0; megabytes < 6; megabytes++) capture.push(Buffer.alloc(1024 * 1024, "x"));
    expect([capture.text.length, capture.capReached]).toEqual([maxKeptBytes, true]);
    expect(capture.omittedUnasked).toBe(2 * 1024 * 1024);
  },
);
