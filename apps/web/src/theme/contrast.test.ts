import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Relative luminance of an sRGB colour, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright! + 0.05) / (dark! + 0.05);
}

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const pairs = [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
const themes = {
  light: new Map(pairs.map(([, name, light]) => [name!, light!])),
  dark: new Map(pairs.map(([, name, , dark]) => [name!, dark!])),
};

/** Every combination that the app draws, and what WCAG asks of it. */
const rules: readonly {
  readonly what: string;
  readonly on: readonly string[];
  readonly text: readonly string[];
  readonly min: number;
}[] = [
  {
    what: "text on surfaces",
    on: ["bg", "sidebar", "raised", "inset", "hover"],
    text: ["fg", "muted", "subtle", "accent", "success", "warning", "danger", "info"],
    min: 4.5,
  },
  { what: "text on the accent", on: ["accent"], text: ["on-accent"], min: 4.5 },
  {
    what: "text on tints",
    on: ["tint-warning", "tint-danger", "tint-info"],
    text: ["fg", "muted", "subtle", "accent", "warning", "danger", "info"],
    min: 4.5,
  },
  {
    what: "text on diff lines",
    on: ["diff-add-line", "diff-del-line"],
    text: ["fg", "muted", "subtle", "success", "danger"],
    min: 4.5,
  },
  { what: "text on diff words", on: ["diff-add-word", "diff-del-word"], text: ["fg"], min: 4.5 },
  { what: "terminal colours", on: ["inset"], text: Array.from({ length: 16 }, (_, n) => `ansi-${n}`), min: 5 },
  {
    what: "control borders",
    on: ["bg", "sidebar", "raised", "inset", "tint-warning"],
    text: ["control-border"],
    min: 3,
  },
];

describe.each(Object.entries(themes))("%s theme", (_theme, colours) => {
  it.each(rules)("$what reach $min:1", ({ on, text, min }) => {
    const tooLow = on.flatMap((surface) =>
      text
        .map((name) => ({ name, surface, ratio: contrast(colours.get(name)!, colours.get(surface)!) }))
        .filter(({ ratio }) => ratio < min),
    );
    expect(tooLow).toEqual([]);
  });
});
