/** The formats of an export: each has a beginning, something per turn, and an end, so that a thread of any length is written as it is read. */

import type { ExportedTurn } from "./export-turn.ts";
import { exportHtml } from "./html.ts";
import { exportMarkdown } from "./markdown.ts";

export interface ExportHead {
  readonly title: string;
  /** Whether secrets, addresses and paths were hidden. */
  readonly redacted: boolean;
  readonly exportedAtMs: number;
}

export interface ExportFormat {
  readonly extension: string;
  readonly contentType: string;
  begin(head: ExportHead): string;
  /** `index` counts from 0. */
  turn(turn: ExportedTurn, index: number): string;
  end(): string;
}

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
