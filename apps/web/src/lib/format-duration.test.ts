import { describe, expect, it } from "vitest";
import { formatAge, formatDuration, speakDuration } from "./format-duration.ts";

describe("formatDuration", () => {
  it.each([
    [0, "0.0 s"],
    [380, "0.4 s"],
    [949, "0.9 s"],
    [960, "1.0 s"],
    [2_400, "2.4 s"],
    [9_949, "9.9 s"],
    [9_960, "10 s"],
    [48_000, "48 s"],
    [59_600, "1 min"],
    [185_000, "3 min 5 s"],
    [3_600_000, "1 h"],
    [7_800_000, "2 h 10 min"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("speakDuration", () => {
  it.each([
    [200, "less than a second"],
    [1_000, "1 second"],
    [125_000, "2 minutes 5 seconds"],
    [3_660_000, "1 hour 1 minute"],
  ])("%d ms is %s", (ms, text) => expect(speakDuration(ms)).toBe(text));
});

describe("formatAge", () => {
  it.each([
    [59_000, "now"],
    [60_000, "1m"],
    [3 * 3_600_000, "3h"],
    [47 * 3_600_000, "1d"],
    [15 * 86_400_000, "2w"],
  ])("%d ms is %s", (ms, text) => expect(formatAge(ms)).toBe(text));
});
