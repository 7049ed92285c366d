import { expect, it } from "vitest";
import { decideShortcut, type KeyPress } from "./decide-shortcut.ts";

const press = (fields: Partial<KeyPress>): KeyPress => ({
  key: "x",
  mod: false,
  shift: false,
  alt: false,
  typing: false,
  ...fields,
});

it.each([
  [{ key: "k", mod: true }, "palette"],
  [{ key: "K", mod: true, typing: true }, "palette"],
  [{ key: "N", mod: true, shift: true }, "newThread"],
  [{ key: "b", mod: true }, "sidebar"],
  [{ key: "j", mod: true }, "panel"],
  [{ key: "?", shift: true }, "keys"],
  [{ key: "?", shift: true, typing: true }, null],
  [{ key: "k" }, null],
  [{ key: "k", mod: true, alt: true }, null],
  [{ key: "k", mod: true, shift: true }, null],
] as const)("%j means %s", (fields, action) => expect(decideShortcut(press(fields))).toBe(action));
