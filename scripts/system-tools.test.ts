import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { installLine, locate, serverTools } from "./system-tools.ts";

it("finds the first of a tool's names that can be executed", () => {
  const directory = mkdtempSync(join(tmpdir(), "tools-"));
  const [first, second] = [join(directory, "a"), join(directory, "b")];
  for (const path of [first, second]) mkdirSync(path);
  writeFileSync(join(first, "chromium"), "", { mode: 0o644 });
  writeFileSync(join(second, "chromium-browser"), "", { mode: 0o755 });
  const path = [first, second].join(delimiter);
  expect(locate(["chromium", "chromium-browser"], path)).toBe(join(second, "chromium-browser"));
  expect(locate(["google-chrome"], path)).toBeNull();
  rmSync(directory, { recursive: true });
});

it("tells what to install", () => {
  expect(installLine(serverTools)).toContain("git bubblewrap");
});
