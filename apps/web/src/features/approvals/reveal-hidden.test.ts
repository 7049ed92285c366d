import { describe, expect, it } from "vitest";
import { revealHidden } from "./reveal-hidden.ts";

const shown = (text: string) =>
  revealHidden(text)
    .map((segment) => (segment.hidden === null ? segment.text : `⟨${segment.hidden}⟩`))
    .join("");

describe("revealHidden", () => {
  it.each([
    ["git push origin main", "git push origin main"],
    ["line one\nline two", "line one\nline two"],
    ["rm -rf \u202egnp.x", "rm -rf ⟨right-to-left override⟩gnp.x"],
    ["echo\u200bhi", "echo⟨zero-width space⟩hi"],
    ["ls\rrm -rf /", "ls⟨carriage return⟩rm -rf /"],
    ["a\tb", "a⟨tab⟩b"],
    ["\x1b[2Kls", "⟨escape⟩[2Kls"],
    ["a\u00a0b\u3000c", "a⟨no-break space⟩b⟨U+3000⟩c"],
    ["\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"],
    ["x\u{e0041}", "x⟨U+E0041⟩"],
    ["x\u{e0101}", "x⟨U+E0101⟩"],
    ["grün 🧶 日本", "grün 🧶 日本"],
    ["lone \ud800 half", "lone ⟨U+D800⟩ half"],
  ])("%j reads %s", (text, expected) => expect(shown(text)).toBe(expected));

  it("loses no character", () => {
    const text = "a\u202eb\r\nc\u200b";
    expect(
      revealHidden(text)
        .map((segment) => segment.text)
        .join(""),
    ).toBe(text);
  });
});
