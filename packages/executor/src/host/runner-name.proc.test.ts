import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepRunnerName, runnerNamePattern } from "./runner-name.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skein-name-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a data directory keeps the name that it was given first, and refuses another", () => {
  expect(keepRunnerName(directory, "build")).toBe("build");
  expect(keepRunnerName(directory, null)).toBe("build");
  expect(keepRunnerName(directory, "build")).toBe("build");
  expect(() => keepRunnerName(directory, "other")).toThrow(/belongs to the runner build/);
});

test("makes a name up that no other directory has, and keeps it", () => {
  const name = keepRunnerName(directory, null);
  expect(name).toMatch(runnerNamePattern);
  expect(keepRunnerName(directory, null)).toBe(name);
  const other = mkdtempSync(join(tmpdir(), "skein-name-"));
  expect(keepRunnerName(other, null)).not.toBe(name);
  rmSync(other, { recursive: true, force: true });
});
