/** What in one word looks like a secret, an e-mail address, or a path outside of the workspaces. */
import type { Span } from "./span.ts";

const secret = "[redacted]";

/** Tokens that say themselves what they are. */
const tokens = [
  /\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}/g,
  /\bgh[opsur]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:npm|hf|dop_v1|shpat|pypi)[_-][A-Za-z0-9_-]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
];
const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const credentialsInUrl = /(?<=:\/\/)[^/@]+@/g;
const nameOfSecret =
  "(?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)";
/** `PASSWORD=…`, `"api_key":"…"`: what follows in the same word. */
const assigned = new RegExp(`(?<=${nameOfSecret}["'\`]?(?:[=:]|=>)["'\`]?)[^"'\`,;=:>]{2,}`, "gi");
/** `password: …`, `Bearer …`: what follows is the next word. */
const announcing = new RegExp(`(?:${nameOfSecret}["'\`]?(?:[=:]|=>)["'\`]?|\\b(?:bearer|basic))$`, "i");
/** Random text of this length is a key more often than anything else; hashes in hex are not, and stay. */
const randomLooking = /[A-Za-z0-9+/_-]{32,}={0,2}/g;
const path = /(?<![\p{L}\p{N}_.~/:\\-])(?:file:\/\/)?(?:~[\w.-]*|[A-Za-z]:(?=\\)|)[/\\][^"'`<>|,;:()[\]{}*]+/gu;

export function secretsInWord(word: string, before: string, workspaces: readonly string[]): readonly Span[] {
  const spans = [...tokens, assigned, credentialsInUrl].flatMap((pattern) => spansOf(word, pattern, secret));
  if (announcing.test(before)) spans.push({ start: 0, end: word.length, label: secret });
  spans.push(...spansOf(word, randomLooking, secret).filter(({ start, end }) => looksRandom(word.slice(start, end))));
  spans.push(...spansOf(word, email, "[e-mail]"));
  const paths = spansOf(word, path, "[path]");
  spans.push(...paths.filter(({ start, end }) => !isInside(word.slice(start, end), workspaces)));
  return spans;
}

function spansOf(word: string, pattern: RegExp, label: string): Span[] {
  return [...word.matchAll(pattern)].map(({ index, 0: found }) => ({ start: index, end: index + found.length, label }));
}

function looksRandom(text: string): boolean {
  // A path has slashes too, and is judged as one.
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !/^[/]|[/].*[/].*[/]/.test(text);
}

function isInside(found: string, workspaces: readonly string[]): boolean {
  const segments: string[] = [];
  for (const segment of found.replace(/^file:\/\//, "").split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const resolved = `/${segments.join("/")}`;
  return (
    found.startsWith("/") &&
    workspaces.some((workspace) => resolved === workspace || resolved.startsWith(`${workspace}/`))
  );
}
