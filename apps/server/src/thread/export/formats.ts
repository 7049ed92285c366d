/** The formats of an export, by their names on the wire. */
import type { ExportFormat } from "./export-format.ts";
import { exportHtml } from "./html.ts";
import { exportMarkdown } from "./markdown.ts";

const json: ExportFormat = {
  extension: "json",
  contentType: "application/json; charset=utf-8",
  begin: ({ title, redacted, exportedAtMs }) =>
    `{"title":${JSON.stringify(title)},"redacted":${redacted},"exportedAt":"${new Date(exportedAtMs).toISOString()}","turns":[`,
  turn: (turn, index) => `${index === 0 ? "" : ","}\n${JSON.stringify(turn)}`,
  end: () => "\n]}\n",
};

export const exportFormats = { markdown: exportMarkdown, html: exportHtml, json } as const satisfies Record<
  string,
  ExportFormat
>;
export type ExportFormatName = keyof typeof exportFormats;

export function isExportFormat(name: string): name is ExportFormatName {
  return Object.hasOwn(exportFormats, name);
}
