/** What Git says while it clones, on stderr, for people. */
import type { CloneStage } from "../tree/tree-task.ts";

const steps: readonly (readonly [RegExp, CloneStage["step"]])[] = [
  [/^Receiving objects: +(\d+)%/, "fetching"],
  [/^Resolving deltas: +(\d+)%/, "resolving"],
  [/^Updating files: +(\d+)%/, "checkingOut"],
];

/** null: the line does not say how far it is. */
export function readStage(line: string): CloneStage | null {
  for (const [pattern, step] of steps) {
    const percent = pattern.exec(line)?.[1];
    if (percent !== undefined) return { step, percent: Math.min(100, Number(percent)) };
  }
  return null;
}

const known: readonly (readonly [RegExp, string])[] = [
  [
    /could not read Username|Authentication failed|returned error: 401/,
    "the host wants a credential for this repository, or another one; it may also not exist",
  ],
  [/repository '.*' not found|returned error: 404/, "there is no such repository, or it wants a credential"],
  [/returned error: 403/, "the host refuses access to this repository"],
  [/Remote branch .* not found/, "the repository has no such branch"],
  [/Operation too slow|timed out|timeout/i, "the host took too long to answer"],
  [/No space left on device|Disk quota exceeded/, "there is no room left on the disk"],
  [/File too large/, "a file is larger than files here may be"],
  [
    /invalid path|unable to checkout|Could not reset index/,
    "the repository holds names of files that are refused here",
  ],
];

const longestWords = 300;

/** Why it failed, in a sentence that names neither the proxy nor anything that the host wrote for terminals. */
export function describeFailure(lines: readonly string[]): string {
  // The proxy's own words, which Git repeats as the host's.
  const refusal = lines.map((line) => /^remote: skein: (.+)$/.exec(line)?.[1]).find((words) => words !== undefined);
  if (refusal !== undefined) return clean(refusal);
  const words = lines.filter((line) => /^(fatal|error):/.test(line));
  for (const line of words) {
    const found = known.find(([pattern]) => pattern.test(line));
    if (found !== undefined) return found[1];
  }
  const last = words.at(-1)?.replace(/^(fatal|error): /, "");
  return last === undefined ? "Git ended without a word" : `Git could not clone it: ${clean(last)}`;
}

/** Control characters, those of terminals and those that turn text around. */
function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, longestWords);
}
