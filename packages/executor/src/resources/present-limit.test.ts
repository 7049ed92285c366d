import { expect, test } from "vitest";
import { type CommandEnd, explainEnd, presentBreach, presentBytes } from "./present-limit.ts";

const mebibyte = 1024 * 1024;
const limits = {
  ...{ processes: 7, memoryBytes: 400 * mebibyte, fileBytes: 48 * mebibyte },
  ...{ openFiles: 99, temporaryBytes: 24 * mebibyte },
};
const ended = (changes: Partial<CommandEnd>): CommandEnd => ({
  ...{ exitCode: 1, signal: null, tail: "", memoryKills: { count: 0, own: 0 } },
  ...changes,
});

test.each([
  ["sh: 3: Cannot fork\n", "SKEIN_LIMIT_PROCESSES"],
  ["bash: fork: retry: Resource temporarily unavailable\n", "SKEIN_LIMIT_PROCESSES"],
  ["Error: spawn /bin/sh EAGAIN\n", "SKEIN_LIMIT_PROCESSES"],
  ["Error: EMFILE: too many open files, open '/x'\n", "SKEIN_LIMIT_OPEN_FILES"],
  ["OSError: [Errno 24] Too many open files\n", "SKEIN_LIMIT_OPEN_FILES"],
  ["dd: error writing 'x': File too large\n", "SKEIN_LIMIT_FILE_MB"],
  ["head: error writing 'standard output': No space left on device\n", "SKEIN_LIMIT_TMP_MB"],
  ["MemoryError\n", "SKEIN_LIMIT_MEMORY_MB"],
  ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n", "SKEIN_LIMIT_MEMORY_MB"],
])("%s of a command that failed is explained by %s", (tail, variable) => {
  expect(explainEnd(ended({ tail }), limits)).toContain(variable);
  // A search may print such words, and end well.
  expect(explainEnd(ended({ tail, exitCode: 0 }), limits)).toBeNull();
});

test("an ordinary failure is not explained", () => {
  expect(explainEnd(ended({ tail: "1 test failed\n" }), limits)).toBeNull();
  expect(explainEnd(ended({ exitCode: null, signal: "SIGKILL" }), limits)).toBeNull();
});

test("the signal of the limit of a file is known, from a shell too", () => {
  for (const end of [{ exitCode: null, signal: "SIGXFSZ" }, { exitCode: 153 }]) {
    expect(explainEnd(ended(end), limits)).toContain("a file may have at most 48 MiB");
  }
});

test("memory that ran out says whose limit it was", () => {
  expect(explainEnd(ended({ memoryKills: { count: 1, own: 1 } }), limits)).toContain("may take 400 MiB together");
  expect(explainEnd(ended({ memoryKills: { count: 1, own: 0 } }), limits)).toContain("SKEIN_LIMIT_TENANT_MEMORY_MB");
});

test("what ends all commands names what was used and what may be", () => {
  expect(presentBreach({ type: "disk", usedBytes: 1.25 * 1024 ** 3, limitBytes: 1024 ** 3 })).toMatch(
    /grew to 1\.3 GiB, above its limit of 1 GiB.*SKEIN_LIMIT_WORKSPACE_MB/,
  );
  expect(presentBytes(2048)).toBe("2 KiB");
  expect(presentBytes(17)).toBe("17 bytes");
});
