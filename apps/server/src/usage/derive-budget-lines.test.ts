import { expect, test } from "vitest";
import { deriveBudgetLines } from "./derive-budget-lines.ts";

const none = { primary: null, secondary: null };
const before = {
  windows: { primaryMinutes: 300, secondaryMinutes: 10_080 },
  pool: { primary: 100, secondary: null },
  member: none,
  members: [{ userId: "bo", limits: { primary: 5, secondary: null } }],
};
const said = (change: Parameters<typeof deriveBudgetLines>[1]) =>
  deriveBudgetLines(before, change).map(({ subject = null, details }) => [subject, details]);

test("one limit that is changed is one line, and none that is saved as it was", () => {
  expect(said({ pool: { primary: 200, secondary: null } })).toEqual([
    [null, { scope: "pool", tokens: 200, windowSeconds: 18_000 }],
  ]);
  expect(said({ pool: none })).toEqual([[null, { scope: "pool", tokens: null, windowSeconds: 18_000 }]]);
  expect(said({ pool: before.pool, member: none, members: [...before.members] })).toEqual([]);
});

test("a member who gets limits of their own has them for both windows, and who loses them is told of once", () => {
  expect(said({ members: [{ userId: "cy", limits: { primary: 7, secondary: null } }] })).toEqual([
    ["cy", { scope: "member", tokens: 7, windowSeconds: 18_000 }],
    ["cy", { scope: "member", tokens: null, windowSeconds: 604_800 }],
  ]);
  expect(said({ members: [{ userId: "BO", limits: null }] })).toEqual([
    ["BO", { scope: "as every member", tokens: null, windowSeconds: null }],
  ]);
  expect(said({ members: [{ userId: "cy", limits: null }] })).toEqual([]);
});
