import { countLines, type DiffFile } from "./diff-file.ts";
import { parseHunks } from "./parse-hunks.ts";

/** Reads a git-style unified diff of any number of files. */
export function parseGitDiff(diff: string): DiffFile[] {
  return splitFiles(diff).map(parseFile);
}

interface FileSection {
  readonly headers: string[];
  readonly body: string[];
}

/** A section begins at "diff --git"; a hunk's own lines always begin with " ", "+", "-", "\" or "@", so none is mistaken. */
function splitFiles(diff: string): FileSection[] {
  const sections: FileSection[] = [];
  for (const line of diff.split("\n")) {
    const section = sections.at(-1);
    if (line.startsWith("diff --git ")) sections.push({ headers: [line], body: [] });
    else if (section === undefined) continue;
    else if (section.body.length > 0 || line.startsWith("@@")) section.body.push(line);
    else section.headers.push(line);
  }
  return sections;
}

function parseFile({ headers, body }: FileSection): DiffFile {
  const value = (prefix: string) => headers.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? null;
  const before = sidePath(value("--- "));
  const after = sidePath(value("+++ "));
  const path = value("rename to ") ?? after ?? before ?? bothPaths(headers[0]!);
  const hunks = parseHunks(body.join("\n"));
  return {
    path: unquote(path),
    movedFrom: nullable(value("rename from "), unquote),
    change: value("new file mode ") !== null ? "add" : value("deleted file mode ") !== null ? "delete" : "update",
    binary: headers.some((line) => line.startsWith("Binary files ") || line === "GIT binary patch"),
    hunks,
    ...countLines(hunks),
  };
}

/** The path of a "---" or "+++" line; null for /dev/null. Git ends such a line with a tab when the path has spaces. */
function sidePath(line: string | null): string | null {
  if (line === null || line === "/dev/null") return null;
  return unquote(line.replace(/\t$/, "")).replace(/^[ab]\//, "");
}

/** "diff --git a/P b/P" names the path twice; the only source when a file has no text, such as an empty or binary one. */
function bothPaths(line: string): string {
  const names = line.slice("diff --git ".length);
  return names.slice(names.length / 2 + 1).replace(/^b\//, "");
}

/** Git puts unusual paths in quotes with C escapes, other bytes in octal as UTF-8. */
function unquote(path: string): string {
  if (!path.startsWith('"') || !path.endsWith('"')) return path;
  const bytes: number[] = [];
  const named: Record<string, number> = { n: 10, t: 9, r: 13, '"': 34, "\\": 92 };
  const encoder = new TextEncoder();
  for (const part of path.slice(1, -1).matchAll(/\\([0-7]{3}|.)|[^\\]+/gs)) {
    const escaped = part[1];
    if (escaped === undefined) bytes.push(...encoder.encode(part[0]));
    else if (escaped.length === 3) bytes.push(Number.parseInt(escaped, 8));
    else bytes.push(named[escaped] ?? escaped.charCodeAt(0));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function nullable<T, R>(value: T | null, map: (value: T) => R): R | null {
  return value === null ? null : map(value);
}
