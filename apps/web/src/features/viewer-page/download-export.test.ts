import { expect, test } from "vitest";
import { presentFileName } from "./download-export.ts";

test.each([
  ['attachment; filename="A-walk.md"', "markdown", "A-walk.md"],
  ['attachment; filename="../etc/passwd"', "html", "thread.html"],
  ["attachment", "json", "thread.json"],
  [null, "markdown", "thread.md"],
] as const)("a file sent as %s is saved as", (disposition, format, name) => {
  expect(presentFileName(disposition, format)).toBe(name);
});
