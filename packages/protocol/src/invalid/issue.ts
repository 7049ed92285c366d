import type { z } from "zod";
import { namePath, nameValue, type Path, shorten, valueAt } from "./value.ts";

type Issue = z.core.$ZodIssue;

const expectedWords: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "an integer",
  boolean: "a boolean",
  array: "a sequence",
  object: "a map",
  record: "a map",
};

export function describeIssue(issue: Issue, input: unknown): string {
  const value = valueAt(input, issue.path);
  if (value === undefined) return describeMissing(issue.path);
  switch (issue.code) {
    case "invalid_type":
      return mismatch(value, expectedWords[issue.expected] ?? issue.expected, issue.path);
    case "invalid_value":
      return unknownVariant(value, issue.values, issue.path);
    case "invalid_union":
      return describeUnion(issue, value, input);
    case "too_small":
      return outOfRange(value, `at least ${issue.minimum}`, issue.path);
    case "too_big":
      return outOfRange(value, `at most ${issue.maximum}`, issue.path);
    default:
      return `${issue.message}${place(issue.path)}`;
  }
}

function describeMissing(path: Path): string {
  const field = path.at(-1);
  if (field === undefined) return "missing field `params`";
  return `missing field \`${String(field)}\`${place(path.slice(0, -1))}`;
}

function mismatch(value: unknown, expected: string, path: Path): string {
  // Params that are null count as absent, as upstream has it.
  if (value === null && path.length === 0) return describeMissing(path);
  return `invalid type: ${nameValue(value)}, expected ${expected}${place(path)}`;
}

function unknownVariant(value: unknown, known: readonly unknown[], path: Path): string {
  const names = known.map((name) => `\`${String(name)}\``);
  const expected = names.length === 1 ? `expected ${names[0]}` : `expected one of ${names.join(", ")}`;
  if (typeof value !== "string") return mismatch(value, `a string, ${expected}`, path);
  return `unknown variant \`${shorten(value)}\`, ${expected}${place(path)}`;
}

function outOfRange(value: unknown, expected: string, path: Path): string {
  if (typeof value === "string") return `invalid length ${value.length}, expected ${expected}${place(path)}`;
  if (Array.isArray(value)) return `invalid length ${value.length}, expected ${expected}${place(path)}`;
  return `invalid value: ${nameValue(value)}, expected ${expected}${place(path)}`;
}

/** Of the ways in which a value may be right, speaks of the one that it came closest to. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, input: unknown): string {
  if (issue.errors.length === 0)
    return unknownVariant(value, "options" in issue ? (issue.options ?? []) : [], issue.path);
  const closest = issue.errors
    .flatMap((branch) => branch.slice(0, 1))
    .toSorted((left, right) => closeness(right) - closeness(left))[0];
  if (closest === undefined) return mismatch(value, "another type", issue.path);
  return describeIssue({ ...closest, path: [...issue.path, ...closest.path] }, input);
}

/** A branch that failed deeper inside was closer; at the same depth a wrong name is closer than a wrong type. */
function closeness(issue: Issue): number {
  return issue.path.length * 2 + (issue.code === "invalid_value" ? 1 : 0);
}

function place(path: Path): string {
  return path.length === 0 ? "" : ` in \`${namePath(path)}\``;
}
