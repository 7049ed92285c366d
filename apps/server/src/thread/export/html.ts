/** One page that stands by itself: no script, nothing that is loaded, and nothing of what was written is markup. */

import type { ExportFormat } from "./export-format.ts";
import type { ExportedPart, ExportedTurn } from "./export-turn.ts";

const style = [
  ":root{color-scheme:light dark}body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}",
  "pre{overflow-x:auto;padding:.75rem;border:1px solid #8884;border-radius:6px;font:13px/1.45 ui-monospace,monospace}",
  ".text{white-space:pre-wrap;overflow-wrap:anywhere}.prompt{padding:.75rem;border-radius:8px;background:#8882}",
  ".comment{margin:.75rem 0;padding:.25rem .75rem;border-left:3px solid #8886}.comment .about{margin:0}",
  ".thought,.about{color:#777;font-size:.9em}",
].join("");

/** Whoever opens the file is protected by it too, wherever it is served from. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

export const exportHtml: ExportFormat = {
  extension: "html",
  contentType: "text/html; charset=utf-8",
  begin: ({ title, redacted, exportedAtMs }) =>
    [
      '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
      '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">',
      `<title>${escapeHtml(title)}</title>\n<style>${style}</style>\n</head>\n<body>\n<h1>${escapeHtml(title)}</h1>`,
      `<p class="about">Exported ${new Date(exportedAtMs).toISOString()}${redacted ? ", redacted" : ""}</p>\n`,
    ].join("\n"),
  turn: (turn) => writeTurn(turn),
  end: () => "</body>\n</html>\n",
};

function writeTurn({ parts, status }: ExportedTurn): string {
  const end = status === "failed" || status === "interrupted" ? `<p class="about">The turn was ${status}.</p>\n` : "";
  return `<section>\n${parts.map(writePart).join("")}${end}</section>\n`;
}

function writePart(part: ExportedPart): string {
  switch (part.type) {
    case "prompt":
    case "answer":
    case "thought":
      return `<div class="text ${part.type}">${escapeHtml(part.text)}</div>\n`;
    case "comment":
      return `<div class="text comment"><p class="about">Comment by ${escapeHtml(part.author)}, ${new Date(part.at).toISOString()}</p>${escapeHtml(part.text)}</div>\n`;
    case "command":
      return `<pre>$ ${escapeHtml(part.command)}\n${escapeHtml(part.output)}</pre>\n`;
    case "change":
      return `<p class="about">${part.kind} ${escapeHtml(part.path)}</p>\n<pre>${escapeHtml(part.diff)}</pre>\n`;
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that a page does not show, or that turn the direction of others, are shown by their number. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)
    .replaceAll(/\p{Bidi_Control}|(?![\t\n])\p{Cc}/gu, (char) => {
      return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
    });
}
