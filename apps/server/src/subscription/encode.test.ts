import { expect, test } from "vitest";
import { encodeEvent, encodingOf } from "./encode.ts";
import { encodedAs, shareEvent } from "./shared-event.ts";
import { diff } from "./testing.ts";

test("clients that differ in nothing that is ever sent share their encoding", () => {
  expect(encodingOf(true, ["nope/unknown", "toString"])).toBe(encodingOf(true, []));
  expect(encodingOf(true, ["turn/diff/updated", "error", "turn/diff/updated"])).toBe(
    encodingOf(true, ["error", "turn/diff/updated"]),
  );
  expect(encodingOf(true, ["turn/diff/updated"])).not.toBe(encodingOf(false, ["turn/diff/updated"]));
});

test("who opted out of a notification is not sent it, in a frame or alone", () => {
  for (const replay of [true, false]) {
    expect(encodeEvent("thread", diff(1), encodingOf(replay, [])).texts).toHaveLength(1);
    expect(encodeEvent("thread", diff(1), encodingOf(replay, ["turn/diff/updated"])).texts).toEqual([]);
  }
});

test("clients that opt out of ever other things do not make an event take ever more room", () => {
  const methods = ["error", "turn/started", "turn/completed", "item/started", "item/completed", "turn/plan/updated"];
  const shared = shareEvent(diff(1));
  const bytes = new Set<number>();
  for (let choice = 0; choice < 2 ** methods.length; choice++) {
    const encoding = encodingOf(
      true,
      methods.filter((_, bit) => (choice >> bit) % 2 === 1),
    );
    bytes.add(encodedAs("thread", shared, encoding).bytes);
  }
  expect(bytes.size).toBe(1);
  expect(shared.encodings.size).toBeLessThan(2 ** methods.length / 2);
});
