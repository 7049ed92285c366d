/**
 * Says what is wrong with params in the words of the Codex server, which clients may match on, and names the field:
 * ``Invalid request: missing field `threadId` ``.
 */
import type { z } from "zod";
import { describeIssue } from "./invalid/issue.ts";

/** The first issue in words, and how many more there are. `input` is what was parsed; it is never repeated at length. */
export function describeInvalid(issues: readonly z.core.$ZodIssue[], input: unknown): string {
  const [first, ...others] = issues;
  if (first === undefined) return "Invalid request";
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `Invalid request: ${describeIssue(first, input)}${more}`;
}
