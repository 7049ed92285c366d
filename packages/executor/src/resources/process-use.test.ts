import { expect, test } from "vitest";
import { deriveUse, parseMachineProcess } from "./process-use.ts";

test("a process's name with spaces and parentheses does not shift the fields", () => {
  const stat = "7 (a) b (c)) S 3 7 5 34816 9 4194304 1 2 3 4 5 6 7 8 20 0 11 0 123 456789 250 18446744073709551615 1 1";
  expect(parseMachineProcess(7, stat)).toEqual({ pid: 7, parent: 3, threads: 11, residentBytes: 250 * 4096 });
});

test("what descends from the roots counts, however deep, and nothing else", () => {
  const entry = (pid: number, parent: number) => ({ pid, parent, threads: 2, residentBytes: 1000 });
  const machine = [entry(1, 0), entry(13, 12), entry(10, 1), entry(12, 10), entry(20, 1), entry(21, 20), entry(30, 1)];
  const use = deriveUse(machine, new Set([10, 30]));
  expect([...use.pids].sort()).toEqual([10, 12, 13, 30]);
  expect(use).toMatchObject({ tasks: 8, residentBytes: 4000 });
});
