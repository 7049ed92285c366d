import type { Row } from "./row.ts";

type WorkingRow = Extract<Row, { kind: "working" }>;

/** What the turn is doing, in words. `ahead`: turns that wait before it; null: it has its place. Without a connection only what it was doing is known. */
export function presentWorking({ waitsFor, awayRunner }: WorkingRow, live: boolean, ahead: number | null): string {
  if (waitsFor !== null) return `Waiting for your ${waitsFor}`;
  if (live && ahead !== null) {
    return ahead === 0 ? "Waiting for its turn: it is the next one" : `Waiting for its turn: ${ahead} before it`;
  }
  if (awayRunner !== null) {
    return live ? `Waiting for the runner ${awayRunner}` : `Was waiting for the runner ${awayRunner} when last seen`;
  }
  return live ? "Working" : "Was working when last seen";
}
