import type { Row } from "./row.ts";

type WorkingRow = Extract<Row, { kind: "working" }>;

/** What the turn is doing, in words. Without a connection only what it was doing is known. */
export function presentWorking({ waitsFor, awayRunner }: WorkingRow, live: boolean): string {
  if (waitsFor !== null) return `Waiting for your ${waitsFor}`;
  if (awayRunner !== null) {
    return live ? `Waiting for the runner ${awayRunner}` : `Was waiting for the runner ${awayRunner} when last seen`;
  }
  return live ? "Working" : "Was working when last seen";
}
