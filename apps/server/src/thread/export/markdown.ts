import type { ExportFormat } from "./export-format.ts";
import type { ExportedPart, ExportedTurn } from "./export-turn.ts";

export const exportMarkdown: ExportFormat = {
  extension: "md",
  contentType: "text/markdown; charset=utf-8",
  begin: ({ title, redacted, exportedAtMs }) =>
    `# ${oneLine(title)}\n\n*Exported ${new Date(exportedAtMs).toISOString()}${redacted ? ", redacted" : ""}*\n`,
  turn: (turn) => writeTurn(turn),
  end: () => "",
};

function writeTurn({ parts, status }: ExportedTurn): string {
  const written = parts.map(writePart).join("");
  return status === "failed" || status === "interrupted" ? `${written}\n*The turn was ${status}.*\n` : written;
}

function writePart(part: ExportedPart): string {
  switch (part.type) {
    case "prompt":
      return `\n## Prompt\n\n${quoted(part.text)}\n`;
    case "answer":
      return `\n${part.text}\n`;
    case "thought":
      return `\n${quoted(part.text)}\n`;
    case "comment":
      return `\n> **Comment by ${escaped(part.author)}**, ${new Date(part.at).toISOString()}\n>\n${quoted(part.text)}\n`;
    case "command": {
      const code = part.exitCode === null || part.exitCode === 0 ? "" : `\n\n*Exit code ${part.exitCode}*`;
      return `\n${fenced(`$ ${part.command}${part.output === "" ? "" : `\n${part.output.trimEnd()}`}`, "console")}${code}\n`;
    }
    case "change":
      return `\n**${part.kind}** \`${oneLine(part.path).replaceAll("`", "'")}\`\n\n${fenced(part.diff.trimEnd(), "diff")}\n`;
  }
}

/** A name is no markup. */
function escaped(name: string): string {
  return oneLine(name).replaceAll(/[\\`*_[\]<>#!|]/g, "\\$&");
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

/** A fence that nothing in the text can end. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
