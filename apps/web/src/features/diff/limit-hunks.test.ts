import { expect, it } from "vitest";
import type { DiffHunk } from "./diff-file.ts";
import { limitHunks } from "./limit-hunks.ts";

const hunk = (count: number): DiffHunk => ({
  heading: "",
  lines: Array.from({ length: count }, (_, n) => ({ kind: "add" as const, before: null, after: n + 1, text: `${n}` })),
});

it("keeps what fits, and a rest that is not worth a click", () => {
  const hunks = [hunk(40), hunk(30)];
  expect(limitHunks(hunks, 60)).toEqual({ hunks, hiddenLines: 0 });
});

it("cuts inside a hunk and drops those after it", () => {
  const { hunks, hiddenLines } = limitHunks([hunk(40), hunk(40), hunk(40)], 60);
  expect(hunks.map(({ lines }) => lines.length)).toEqual([40, 20]);
  expect(hiddenLines).toBe(60);
});
