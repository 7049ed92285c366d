/** What a core dump would hold of the process and of what it starts: of all memory that a dump can have, nothing. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const program = `
  import { execFileSync } from "node:child_process";
  import { emptyCoreDumps } from ${JSON.stringify(new URL("core-dumps.ts", import.meta.url).href)};
  emptyCoreDumps();
  const read = "cat /proc/self/coredump_filter";
  process.stdout.write(execFileSync("/bin/sh", ["-c", read]));
`;

test.runIf(process.platform === "linux")("it is empty", () => {
  const filter = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(Number.parseInt(filter, 16)).toBe(0);
});
