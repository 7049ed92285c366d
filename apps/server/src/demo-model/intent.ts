/** What a prompt asks for, by its words: a script can be steered, but it does not understand. */

export type Intent =
  | { readonly type: "greet" }
  | { readonly type: "tour" }
  | { readonly type: "list" }
  | { readonly type: "run"; readonly command: string }
  | { readonly type: "write"; readonly path: string; readonly content: string }
  | { readonly type: "edit"; readonly path: string; readonly change: Change }
  | { readonly type: "escalate" }
  | { readonly type: "count"; readonly to: number }
  | { readonly type: "tick"; readonly seconds: number }
  | { readonly type: "ask" }
  | { readonly type: "plan" }
  | { readonly type: "reason" }
  | { readonly type: "markdown" }
  | { readonly type: "fail" };

export type Change =
  | { readonly type: "append"; readonly line: string }
  | { readonly type: "replace"; readonly before: string; readonly after: string };

type Rule = readonly [pattern: RegExp, read: (match: RegExpExecArray, prompt: string) => Intent];

const maxCount = 5_000;
const maxSeconds = 600;

/** The first that matches wins: what quotes a command comes before what only names a topic. */
const rules: readonly Rule[] = [
  [
    /^\s*(?:(?:please|no|rather|instead|now|then|just)[\s,]+)*(?:run|execute)\s+(.+)$/im,
    ([, command = ""]) => ({ type: "run", command: unquoted(command) }),
  ],
  [/^\s*\$\s+(.+)$/m, ([, command = ""]) => ({ type: "run", command: command.trim() })],
  [/\bcount\b[^\d]*(\d+)/i, ([, to = "0"]) => ({ type: "count", to: Math.min(Number(to), maxCount) })],
  [
    /\b(?:tick|long[- ]running|long command|background)\w*\b[^\d]*(\d+)?/i,
    ([, seconds = "20"]) => ({ type: "tick", seconds: Math.min(Number(seconds), maxSeconds) }),
  ],
  [/\bslow(?:ly)?\b/i, () => ({ type: "count", to: 120 })],
  [/\breplace\s+(\S+|["'“`].+?["'”`])\s+(?:with|by)\s+(\S+|["'“`].+?["'”`])/is, readReplacement],
  [/\b(?:edit|change|modify|append|extend)\b/i, readEdit],
  [/\b(?:write|create|add)\b(?=.*\bfile\b|.*[\w-]\.\w+)/is, readWrite],
  [/\b(?:approv|escalat|permission)/i, () => ({ type: "escalate" })],
  [/\bask me\b/i, () => ({ type: "ask" })],
  [/\b(?:list|show|which|what)\b.*\b(?:files?|director(?:y|ies)|folders?)\b|^\s*ls\b/is, () => ({ type: "list" })],
  [/\bplan\b/i, () => ({ type: "plan" })],
  [/\b(?:reason|think)/i, () => ({ type: "reason" })],
  [/\bmarkdown\b/i, () => ({ type: "markdown" })],
  // The word alone: "fix the failing test" is a wish, not a request to fail.
  [/^\s*(?:please[\s,]+)?fail(?:ure)?(?:[\s,]+please)?[\s.!]*$/im, () => ({ type: "fail" })],
  [/^\s*(?:hi|hello|hey|help|good (?:morning|day|evening))\b|\bwhat can you do\b/i, () => ({ type: "greet" })],
];

export function readIntent(prompt: string): Intent {
  for (const [pattern, read] of rules) {
    const match = pattern.exec(prompt);
    if (match !== null) return read(match, prompt);
  }
  return { type: "tour" };
}

function readReplacement([, before = "", after = ""]: RegExpExecArray, prompt: string): Intent {
  const change = { type: "replace", before: unquoted(before), after: unquoted(after) } as const;
  return { type: "edit", path: fileName(prompt.replace(before, "").replace(after, "")) ?? "README.md", change };
}

function readEdit(_match: RegExpExecArray, prompt: string): Intent {
  const line = /["“`](.+?)["”`]/s.exec(prompt)?.[1]?.split("\n")[0] ?? "Edited by the demo model.";
  return { type: "edit", path: fileName(prompt.replace(line, "")) ?? "README.md", change: { type: "append", line } };
}

function readWrite(_match: RegExpExecArray, prompt: string): Intent {
  const content = /\b(?:with|containing|saying|that says)\b\s*:?\s*(.+)$/is.exec(prompt)?.[1];
  const path = fileName(content === undefined ? prompt : prompt.replace(content, "")) ?? "hello.txt";
  return { type: "write", path, content: content === undefined ? `Written for you: ${path}` : unquoted(content) };
}

/** The first word that looks like a relative path to a file; a script does not write outside its workspace. */
function fileName(text: string): string | null {
  const words = text.split(/[\s"'“”`,;:()]+/).map((word) => word.replace(/[.?!]+$/, ""));
  const isFile = (word: string) =>
    /^[\w.-]+(?:\/[\w.-]+)*$/.test(word) && /\w\.\w+$/.test(word) && !word.includes("..");
  return words.find(isFile) ?? null;
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(["'“`]).*["'”`]$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}
