import { applyPatch } from "diff";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diffHunks } from "./unified-diff.ts";

const line = fc.constantFrom("a", "b", "c", "", "é😀", "\r");
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, isComplete]) => lines.join("\n") + (isComplete && lines.length > 0 ? "\n" : ""));

test("a diff applied to what was gives what is", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const hunks = diffHunks(before, after);
      expect(hunks === "").toBe(before === after);
      if (hunks !== "")
        expect(applyPatch(before, `--- f\n+++ f\n${hunks}`, { autoConvertLineEndings: false })).toBe(after);
    }),
  );
});

test("beyond the bound of the search the whole file is replaced", () => {
  const before = Array.from({ length: 6000 }, (_, index) => `old ${index}`).join("\n");
  const after = `${Array.from({ length: 6000 }, (_, index) => `new ${index}`).join("\n")}\n`;
  const hunks = diffHunks(before, after);
  expect(hunks.startsWith("@@ -1,6000 +1,6000 @@\n-old 0\n")).toBe(true);
  expect(applyPatch(before, `--- f\n+++ f\n${hunks}`)).toBe(after);
});
