import { expect, test } from "vitest";
import { readLimitSettings } from "./limit-settings.ts";

const gibibyte = 1024 ** 3;

test("without variables a thread gets at most half of the machine's memory, all of them four fifths", () => {
  const large = readLimitSettings({}, 64 * gibibyte).shared;
  expect(large.environment.memoryBytes).toBe(4 * gibibyte);
  const small = readLimitSettings({ SKEIN_LIMIT_MEMORY_MB: "" }, 2 * gibibyte).shared;
  expect(small.environment.memoryBytes).toBe(gibibyte);
  expect(small.machine.memoryBytes).toBeLessThan(2 * gibibyte);
  expect(small.tenant.memoryBytes).toBeLessThan(small.machine.memoryBytes);
});

test("what is set holds for the thread together, and for one process as far as Node starts", () => {
  const { sandbox, shared, runner, workspace } = readLimitSettings({
    ...{ SKEIN_LIMIT_MEMORY_MB: "512", SKEIN_LIMIT_PROCESSES: "100", SKEIN_LIMIT_SECONDS: "5" },
    ...{ SKEIN_LIMIT_OUTPUT_MB: "3", SKEIN_LIMIT_WORKSPACE_MB: "7", SKEIN_LIMIT_WORKSPACE_FILES: "1000" },
  });
  expect(sandbox).toMatchObject({ memoryBytes: gibibyte, processes: 100 });
  expect(shared.environment).toEqual({ memoryBytes: 512 * 1024 ** 2, processes: 100 });
  expect(runner).toMatchObject({ wallTimeMs: 5000, maxOutputBytes: 3 * 1024 ** 2 });
  expect(workspace).toEqual({ bytes: 7 * 1024 ** 2, files: 1000 });
});

test.each([
  ["SKEIN_LIMIT_MEMORY_MB", "many", "SKEIN_LIMIT_MEMORY_MB: must be a whole number"],
  ["SKEIN_LIMIT_MEMORY_MB", "-1", "SKEIN_LIMIT_MEMORY_MB: must be a whole number"],
  ["SKEIN_LIMIT_PROCESSES", "3", "SKEIN_LIMIT_PROCESSES: must be at least 32"],
  ["SKEIN_CGROUPS", "here", "SKEIN_CGROUPS: must be auto, off"],
])("%s=%s stops the start with a line that names it", (name, value, message) => {
  expect(() => readLimitSettings({ [name]: value })).toThrow(message);
});

test("control groups may be left alone, or be those that were delegated", () => {
  expect(readLimitSettings({ SKEIN_CGROUPS: "off" }).groups).toBe("off");
  expect(readLimitSettings({ SKEIN_CGROUPS: "/sys/fs/cgroup/skein" }).groups).toEqual({
    directory: "/sys/fs/cgroup/skein",
  });
});
