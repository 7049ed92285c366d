import { expect, it } from "vitest";
import { presentLevel } from "./level-words.ts";

it.each([
  ["owner", "read", "Owner of the team: may do everything"],
  ["viewer", "approve", "A viewer only reads"],
  ["viewer", "read", null],
  ["member", "manage", null],
] as const)("says of a %s who was granted %s: %s", (role, level, words) => {
  expect(presentLevel(role, level)).toBe(words);
});
