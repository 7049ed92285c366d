import { expect, test } from "vitest";
import { applyChunks } from "./apply-hunks.ts";
import { parsePatch } from "./parse-patch.ts";

function apply(text: string, ...lines: readonly string[]): string {
  const parsed = parsePatch(["*** Begin Patch", "*** Update File: f", ...lines, "*** End Patch"].join("\n"));
  if (!parsed.ok) throw new Error(parsed.error);
  const [hunk] = parsed.hunks;
  if (hunk?.type !== "update") throw new Error("not an update");
  const applied = applyChunks(text, hunk.chunks, "f");
  return applied.ok ? applied.text : `error: ${applied.error}`;
}

test.each<[string, string, readonly string[], string]>([
  ["every line deleted leaves an empty file", "a\nb\n", ["-a", "-b"], ""],
  ["a trailing empty context line that the file lacks", "a\nb\n", [" a", "-b", "+B", ""], "a\nB\n"],
  ["the same at the end of file", "a\nb\n", ["@@", "-b", "+B", "", "*** End of File"], "a\nB\n"],
  ["an empty line that stands for nothing goes where the search is", "a\nb\n", ["@@ a", "", "+x"], "a\nx\nb\n"],
  ["an addition between context", "a\nb\n", [" a", "+x", " b"], "a\nx\nb\n"],
  ["two additions at the end keep their order", "a\n", ["@@", "+x", "@@", "+y"], "a\nx\ny\n"],
  ["an addition and then a change above it", "a\nb\n", ["@@", "+x", "@@", "-b", "+B"], "a\nB\nx\n"],
  ["end of file takes the last match", "x\nx\n", ["@@", "-x", "+y", "*** End of File"], "x\ny\n"],
  [
    "end of file does not reach back over what was matched",
    "x\n",
    ["@@", " x", "@@", "-x", "*** End of File"],
    "error: Failed to find expected lines in f:\nx",
  ],
  ["more lines than the file has", "a\n", [" a", "-b"], "error: Failed to find expected lines in f:\na\nb"],
  ["a lone carriage return is text", "a\rb\n", ["-a\rb", "+c"], "c\n"],
])("%s", (_name, text, lines, expected) => expect(apply(text, ...lines)).toBe(expected));
