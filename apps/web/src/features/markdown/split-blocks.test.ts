import { describe, expect, it } from "vitest";
import { type BlockSplit, noBlocks, splitBlocks } from "./split-blocks.ts";

const document = [
  "# Title\n\n",
  "A paragraph with `code`\nover two lines.\n\n",
  "- one\n- two\n\n  still two\n\n",
  "```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
  "> quoted\n\n",
  "The end",
].join("");

function grow(text: string, step: number): BlockSplit {
  let split = noBlocks;
  for (let end = step; end < text.length; end += step) split = splitBlocks(split, text.slice(0, end));
  return splitBlocks(split, text);
}

describe("splitBlocks", () => {
  it.each([1, 2, 3, 7, 50])("gives the same blocks when the text grows by %d characters", (step) => {
    expect(grow(document, step)).toEqual(splitBlocks(noBlocks, document));
  });

  it("loses no character", () => {
    const split = grow(document, 3);
    expect(split.settled.join("") + split.open).toBe(document);
  });

  it("keeps a code fence with blank lines in one open block", () => {
    expect(splitBlocks(noBlocks, "Look:\n\n```ts\nconst a = 1;\n\nconst b").open).toBe(
      "```ts\nconst a = 1;\n\nconst b",
    );
  });

  it("keeps settled blocks when only the open one grows", () => {
    const before = splitBlocks(noBlocks, "one\n\ntwo");
    const after = splitBlocks(before, "one\n\ntwo and more");
    expect(after.settled).toBe(before.settled);
    expect(after.open).toBe("two and more");
  });

  it("starts again when the text was replaced", () => {
    const before = splitBlocks(noBlocks, "one\n\ntwo");
    expect(splitBlocks(before, "other")).toEqual({ text: "other", settled: [], settledLength: 0, open: "other" });
  });

  it("returns the same value for the same text", () => {
    const split = splitBlocks(noBlocks, "one");
    expect(splitBlocks(split, "one")).toBe(split);
  });

  it("falls back to one block where the lexer changes the text", () => {
    const split = splitBlocks(noBlocks, "a\r\n\r\nb");
    expect(split.settled.join("") + split.open).toBe("a\r\n\r\nb");
  });
});
