import { describe, expect, test } from "vitest";
import { parsePatch } from "./parse-patch.ts";

const wrap = (...lines: readonly string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

describe("what the recorded cases leave open", () => {
  test.each<[string, string, string]>([
    ["empty", "", "Invalid patch: The first line of the patch must be '*** Begin Patch'"],
    ["begin only", "*** Begin Patch", "Invalid patch: The last line of the patch must be '*** End Patch'"],
    [
      "stacked headers",
      wrap("*** Update File: f", "@@ class A", "@@ def b", "-x"),
      "Invalid patch hunk on line 4: Unexpected line found in update hunk: '@@ def b'. Every line should start with " +
        "' ' (context line), '+' (added line), or '-' (removed line)",
    ],
    [
      "move alone",
      wrap("*** Update File: f", "*** Move to: g"),
      "Invalid patch hunk on line 2: Update file hunk for path 'f' is empty",
    ],
    [
      "empty chunk before the next hunk",
      wrap("*** Update File: f", "@@", "*** Delete File: g"),
      "Invalid patch hunk on line 4: Update hunk does not contain any lines",
    ],
    [
      "two environment ids",
      wrap("*** Environment ID: a", "*** Environment ID: b", "*** Delete File: g"),
      "Invalid patch: apply_patch environment_id cannot be specified more than once",
    ],
  ])("%s", (_name, patch, error) => expect(parsePatch(patch)).toEqual({ ok: false, error }));

  test("an added file may be empty", () => {
    expect(parsePatch(wrap("*** Add File: f"))).toEqual({
      ok: true,
      environmentId: null,
      hunks: [{ type: "add", path: "f", text: "" }],
    });
  });

  test("a blank line after the end of file marker belongs to nothing", () => {
    const parsed = parsePatch(wrap("*** Update File: f", "@@", "-x", "*** End of File", "", "*** Delete File: g"));
    expect(parsed).toMatchObject({
      ok: true,
      hunks: [{ chunks: [{ atEndOfFile: true, lines: [{ type: "remove", text: "x" }] }] }, { type: "delete" }],
    });
  });
});
