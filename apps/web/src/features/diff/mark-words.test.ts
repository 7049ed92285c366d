import { describe, expect, it } from "vitest";
import type { DiffLine } from "./diff-file.ts";
import { markWords } from "./mark-words.ts";

/** The marked parts of each line; null for a line without marks. */
function marked(...lines: readonly string[]): (string[] | null)[] {
  const parsed = lines.map((line): DiffLine => {
    const kind = line[0] === "+" ? "add" : line[0] === "-" ? "delete" : "context";
    return { kind, before: null, after: null, text: line.slice(1) };
  });
  const marks = markWords({ heading: "", lines: parsed });
  return parsed.map(({ text }, at) => marks.get(at)?.map((span) => text.slice(...span)) ?? null);
}

describe("markWords", () => {
  it("marks the words that changed, wherever they stand", () => {
    expect(
      marked("-const snapshot = await this.read(id)", "+const { snapshot, cursor } = await this.readAt(id, from)"),
    ).toEqual([["read"], ["{ ", ", cursor } ", "readAt", ", from"]]);
  });

  it("marks whole words, not the letters that differ", () => {
    expect(marked("-return reader(1);", "+return readers(1);")).toEqual([["reader"], ["readers"]]);
  });

  it("pairs lines in order", () => {
    expect(marked(" same", "-let a = 1", "-let b = 2", "+let a = 3", "+let b = 4")).toEqual([
      null,
      ["1"],
      ["2"],
      ["3"],
      ["4"],
    ]);
  });

  it("pairs what it can in runs of different length", () => {
    expect(marked("-let a = 1", "+let a = 3", "+other()")).toEqual([["1"], ["3"], null]);
  });

  it("marks nothing in rewritten lines, and in lines only added", () => {
    expect(marked("-const total = 1", "+return render(1)")).toEqual([null, null]);
    expect(marked("-abc", "+xyz")).toEqual([null, null]);
    expect(marked("+let a = 1")).toEqual([null]);
  });

  it("marks nothing on the side that lost nothing", () => {
    expect(marked("-call(a)", "+call(a, b)")).toEqual([[], [", b"]]);
  });

  it("compares very long lines by their ends", () => {
    const middle = (word: string) => Array.from({ length: 300 }, (_, n) => `${word}${n}`).join(" ");
    const [before] = marked(`-${"same ".repeat(300)}${middle("a")} end`, `+${"same ".repeat(300)}${middle("b")} end`);
    expect(before).toEqual([middle("a")]);
  });
});
