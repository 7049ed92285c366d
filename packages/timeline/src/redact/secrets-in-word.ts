/** What in one word looks like a secret, an e-mail address, or a path outside of the workspaces. */
import type { Span } from "./span.ts";

const secret = "[redacted]";

// Words can be as long as a text, and are whatever a command prints: no pattern may look at a character more than a few times.

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
];
/** What a JSON web token is made of; one begins with `eyJ`. */
const dotted = /[A-Za-z0-9_.-]{20,}/g;
const webToken = /\beyJ[A-Za-z0-9_-]{8}/;
const email = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
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

/** Most words can hold nothing of all this: every pattern needs one of these characters, or more of any. */
const plain = /^(?:[^@/\\=:]{1,14}|[^@/\\=:_-]{15,19})$/;
/** No pattern for tokens, web tokens or random text matches less: a Slack token is the shortest. */
const shortestToken = 15;
const perhapsAnnouncing = /(?:[=:>]|bearer|basic)$/i;
const nothing: readonly Span[] = [];

export function secretsInWord(word: string, before: string, workspaces: readonly string[]): readonly Span[] {
  if (plain.test(word) && !perhapsAnnouncing.test(before)) return nothing;
  const spans: Span[] = [];
  if (word.length >= shortestToken) {
    for (const pattern of tokens) addMatches(spans, word, pattern, secret);
    addMatches(spans, word, randomLooking, secret, looksRandom);
    if (word.includes("eyJ")) addWebTokens(spans, word);
  }
  if (word.includes("=") || word.includes(":")) addMatches(spans, word, assigned, secret);
  if (announcing.test(before)) spans.push({ start: 0, end: word.length, label: secret });
  if (word.includes("@")) {
    addMatches(spans, word, credentialsInUrl, secret);
    addMatches(spans, word, email, "[e-mail]");
  }
  if (word.includes("/") || word.includes("\\")) {
    addMatches(spans, word, path, "[path]", (found) => !isInside(found, workspaces));
  }
  return spans;
}

/**
 * `pattern` is global and matches no empty text. Most words of a log or of code go through several of them, and `matchAll` would make the
 * pattern anew each time, which costs more than the match.
 */
function addMatches(
  spans: Span[],
  word: string,
  pattern: RegExp,
  label: string,
  isHidden: (found: string) => boolean = () => true,
): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(word); match !== null; match = pattern.exec(word)) {
    const [found] = match;
    if (isHidden(found)) spans.push({ start: match.index, end: match.index + found.length, label });
  }
}

function looksRandom(text: string): boolean {
  // A path has slashes too, and is judged as one.
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !text.startsWith("/") && slashesIn(text) < 3;
}

function slashesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("/"); at >= 0; at = text.indexOf("/", at + 1)) count += 1;
  return count;
}

/** From where it begins to the end of what it could be. */
function addWebTokens(spans: Span[], word: string): void {
  dotted.lastIndex = 0;
  for (let match = dotted.exec(word); match !== null; match = dotted.exec(word)) {
    const { index, 0: found } = match;
    const begin = found.search(webToken);
    if (begin < 0 || !found.includes(".", begin)) continue;
    spans.push({ start: index + begin, end: index + found.length, label: secret });
  }
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
