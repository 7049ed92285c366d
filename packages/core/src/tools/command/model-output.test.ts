import { describe, expect, test } from "vitest";
import type { ProcessProgress } from "../tool.ts";
import { presentCommandReport, shortenForModel } from "./model-output.ts";

const progress = (text: string, more: Partial<ProcessProgress> = {}): ProcessProgress => ({
  text,
  totalBytes: Buffer.byteLength(text),
  totalLines: text.split("\n").length,
  exit: null,
  ...more,
});

describe("shortened output", () => {
  test("is the text itself up to four bytes per token", () => {
    expect(shortenForModel(progress("x".repeat(40)), 10)).toBe("x".repeat(40));
  });

  test("keeps half of the limit at each end and says what is missing", () => {
    const text = `${"a".repeat(50)}\n${"b".repeat(50)}`;
    expect(shortenForModel(progress(text), 10)).toBe(
      "Note: the output was too long and its middle is left out. It had 2 lines, about 26 tokens.\n\n" +
        `${"a".repeat(20)}\n[… about 16 tokens left out …]\n${"b".repeat(20)}`,
    );
  });

  test("counts what was never kept", () => {
    const shortened = shortenForModel(progress("a".repeat(100), { totalBytes: 4_000_000, totalLines: 77_000 }), 10);
    expect(shortened).toContain("77000 lines, about 1000000 tokens");
    expect(shortened).toContain("about 999990 tokens left out");
  });

  test.each([0, 1, 2, 3, 5, 8])("cuts no character in two (%i tokens)", (tokens) => {
    const shortened = shortenForModel(progress("😀ñ".repeat(40)), tokens);
    expect(shortened.isWellFormed()).toBe(true);
    expect(shortened).not.toContain("\ufffd");
  });
});

test.each([
  [{ exitCode: 0, signal: null }, "Process exited with code 0"],
  [{ exitCode: null, signal: "SIGKILL" }, "Process was ended by signal SIGKILL"],
  [null, "Process running with session ID 12345"],
])("%j", (exit, line) => {
  const report = presentCommandReport({
    wallTimeMs: 1234,
    progress: progress("out\n", { exit }),
    processId: "12345",
    maxOutputTokens: 100,
    note: "Note: odd.",
  });
  expect(report).toBe(`Wall time: 1.2340 seconds\n${line}\nOriginal token count: 1\nNote: odd.\nOutput:\nout\n`);
});
