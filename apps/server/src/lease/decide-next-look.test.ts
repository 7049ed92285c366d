import { expect, test } from "vitest";
import { decideNextLook } from "./decide-next-look.ts";

const usualPauseMs = 1_000;

test("a node looks when the first lease ends, not too early and not too late", () => {
  const pauseFor = (untilMs: number | null) => decideNextLook(untilMs, usualPauseMs, 3);
  expect([null, 5, 700, 5_000].map(pauseFor)).toEqual(
    [1_000, 20, 700, 1_000].map((pauseMs) => ({ pauseMs, looksInVain: 0 })),
  );
});

test("what stays though its time is over is looked for more and more seldom", () => {
  const pauses: number[] = [];
  for (let looksInVain = 0; pauses.length < 8; ) {
    const next = decideNextLook(-1, usualPauseMs, looksInVain);
    pauses.push(next.pauseMs);
    looksInVain = next.looksInVain;
  }
  expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000]);
});
