/** What a format of an export is: a beginning, something per turn, and an end, so that a thread of any length is written as it is read. */
import type { ExportedTurn } from "./export-turn.ts";

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
