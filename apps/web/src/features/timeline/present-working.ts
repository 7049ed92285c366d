import type { Row } from "./row.ts";

type WorkingRow = Extract<Row, { kind: "working" }>;

/** What the page knows around the row. */
export interface WorkingCircumstances {
  /** It is kept up to date; else only what the turn was doing is known. */
  readonly live: boolean;
  /** Turns that wait before it; null: it has its place. */
  readonly ahead: number | null;
  /** The reader may give what is waited for. */
  readonly mayAnswer: boolean;
}

/** What the turn is doing, in words. */
export function presentWorking(
  { waitsFor, awayRunner }: WorkingRow,
  { live, ahead, mayAnswer }: WorkingCircumstances,
): string {
  if (waitsFor !== null) return mayAnswer ? `Waiting for your ${waitsFor}` : `Waiting for ${othersWord[waitsFor]}`;
  if (live && ahead !== null) {
    return ahead === 0 ? "Waiting for its turn: it is the next one" : `Waiting for its turn: ${ahead} before it`;
  }
  if (awayRunner !== null) {
    return live ? `Waiting for the runner ${awayRunner}` : `Was waiting for the runner ${awayRunner} when last seen`;
  }
  return live ? "Working" : "Was working when last seen";
}

const othersWord = { approval: "approval", answer: "an answer" } as const;
