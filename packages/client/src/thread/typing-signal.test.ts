import { expect, test } from "vitest";
import { sayAgainMs, TypingSignal } from "./typing-signal.ts";

function setUp() {
  const sent: boolean[] = [];
  let now = 0;
  const signal = new TypingSignal({ now: () => now }, (typing) => sent.push(typing));
  return { signal, sent, pass: (ms: number) => (now += ms) };
}

test("every key may be said, and the server hears the first, one now and then, and the end once", () => {
  const { signal, sent, pass } = setUp();
  signal.says(false);
  for (let key = 0; key < 10; key += 1) signal.says(true);
  expect(sent).toEqual([true]);
  pass(sayAgainMs);
  signal.says(true);
  signal.says(false);
  signal.says(false);
  expect(sent).toEqual([true, true, false]);
});

test("a new connection is told anew", () => {
  const { signal, sent } = setUp();
  signal.says(true);
  signal.forget();
  signal.says(false);
  signal.says(true);
  expect(sent).toEqual([true, true]);
});
