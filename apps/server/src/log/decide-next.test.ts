import { expect, test } from "vitest";
import type { DatabaseFailure } from "../database/database-failure.ts";
import { decideNext } from "./decide-next.ts";

const diskFull: DatabaseFailure = { type: "unavailable", reason: "diskFull", ambiguous: false };
const outOfMemory: DatabaseFailure = { type: "unavailable", reason: "outOfMemory", ambiguous: false };
const locked: DatabaseFailure = { type: "conflict", reason: "locked" };
const serialization: DatabaseFailure = { type: "conflict", reason: "serialization" };

test.each([
  ["refused data of many", { type: "data" }, 64, 1, "alone"],
  ["refused data of one", { type: "data" }, 1, 2, "refuse"],
  ["a database of another program", { type: "fatal", reason: "unusable" }, 64, 1, "giveUp"],
  ["a full disk", diskFull, 64, 1, "again"],
  ["a disk that stays full", diskFull, 1, 10_000, "again"],
  ["too little memory for many", outOfMemory, 64, 1, "alone"],
  ["too little memory for one", outOfMemory, 1, 2, "again"],
  ["too little memory for one, time and again", outOfMemory, 1, 5, "refuse"],
  ["a locked row among many", locked, 64, 1, "alone"],
  ["a locked row", locked, 1, 100, "again"],
  ["a failed serialization", serialization, 64, 1, "again"],
] as const)("%s", (_, failure, threads, attempts, expected) => {
  expect(decideNext(failure, { threads, attempts })).toBe(expected);
});
