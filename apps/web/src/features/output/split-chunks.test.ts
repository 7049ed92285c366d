import { describe, expect, it } from "vitest";
import { deriveVisibleOutput, noOutput, splitOutput } from "./split-chunks.ts";

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join("");

function shown(text: string): string {
  const split = splitOutput(noOutput, text);
  return [...split.settled, split.open].map((chunk) => chunk.text).join("");
}

describe("splitOutput", () => {
  it("loses no line of long plain output", () => {
    const text = lines(5_000);
    expect(shown(text)).toBe(text);
    expect(splitOutput(noOutput, text).lines).toBe(5_000);
  });

  it("gives the same chunks when the output arrives in pieces", () => {
    const text = lines(3_000);
    let split = noOutput;
    for (let end = 97; end < text.length; end += 97) split = splitOutput(split, text.slice(0, end));
    expect(splitOutput(split, text)).toEqual(splitOutput(noOutput, text));
  });

  it("leaves settled chunks alone when more arrives", () => {
    const before = splitOutput(noOutput, lines(2_000));
    const after = splitOutput(before, `${lines(2_000)}more`);
    expect(after.settled).toBe(before.settled);
    expect(after.open.text.endsWith("more")).toBe(true);
  });

  it("carries colours over to the next chunk, and no further than a reset", () => {
    const red = splitOutput(noOutput, `\x1b[1m\x1b[0m\x1b[31m${lines(1_000)}`);
    expect(red.settled[1]!.text.startsWith("\x1b[31mline")).toBe(true);
    const reset = splitOutput(noOutput, `\x1b[31mred\x1b[0m\n${lines(1_000)}`);
    expect(reset.settled[1]!.text.startsWith("line")).toBe(true);
  });

  it("keeps a line without an end whole, however long", () => {
    const split = splitOutput(noOutput, "x".repeat(10_000));
    expect(split.settled).toEqual([]);
    expect(split.lines).toBe(1);
  });

  it("starts again when the output was replaced", () => {
    const before = splitOutput(noOutput, "line 2\n");
    expect(splitOutput(before, "line 1\nline 2\n")).toEqual(splitOutput(noOutput, "line 1\nline 2\n"));
  });

  it("shows the last state of a progress bar, and Windows line ends as line ends", () => {
    expect(shown("1%\r2%\r\nnext\r\n")).toBe("2%\nnext\n");
  });
});

describe("deriveVisibleOutput", () => {
  it("shows everything up to 1,000 lines", () => {
    const split = splitOutput(noOutput, lines(1_000));
    expect(deriveVisibleOutput(split, false).hiddenLines).toBe(0);
  });

  it("keeps the beginning and the end of more, and counts what it hides", () => {
    const split = splitOutput(noOutput, lines(8_412));
    const { head, tail, hiddenLines } = deriveVisibleOutput(split, false);
    const count = (chunks: readonly { lines: number }[]) => chunks.reduce((sum, chunk) => sum + chunk.lines, 0);
    expect(count(head)).toBeGreaterThanOrEqual(200);
    expect(count(tail)).toBeGreaterThanOrEqual(800);
    expect(count(head) + hiddenLines + count(tail)).toBe(8_412);
    expect(tail.at(-1)!.text.endsWith("line 8412\n")).toBe(true);
  });

  it("shows all of it on request", () => {
    const split = splitOutput(noOutput, lines(8_412));
    expect(deriveVisibleOutput(split, true).hiddenLines).toBe(0);
  });
});
