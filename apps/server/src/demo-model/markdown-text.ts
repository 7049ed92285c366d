/** Pieces of Markdown around text that the model does not control. */

/** A code block that the text cannot break out of; long text is cut in the middle. */
export function codeBlock(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${shorten(text.trimEnd(), 40)}\n${fence}`;
}

export function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return `“${line.length > 80 ? `${line.slice(0, 79).trimEnd()}…` : line}”`;
}

export function bulletList(entries: readonly string[]): string {
  return entries.map((entry) => `- ${entry}`).join("\n");
}

/** Single quotes, as a POSIX shell reads them. */
export function shellQuoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function shorten(text: string, maxLines: number): string {
  const all = text.split("\n");
  if (all.length <= maxLines) return text;
  const half = Math.floor(maxLines / 2);
  return [...all.slice(0, half), `… ${all.length - 2 * half} lines …`, ...all.slice(-half)].join("\n");
}
