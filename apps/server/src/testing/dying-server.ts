/**
 * The server with a place at which it dies: like `main.ts`, but the process kills itself, as `kill -9` does, before or after
 * the commit that holds a certain event of the next turn that starts. Only tests start it.
 */
import pino from "pino";
import { openApp } from "../app.ts";
import { readConfig } from "../config.ts";
import type { DatabaseTarget } from "../database/pools.ts";
import type { Append } from "../log/append.ts";

/** `event`: counted from the turn's start, which is 1. */
export interface Death {
  readonly event: number;
  readonly when: "before" | "after";
}

const { SKEIN_TEST_DATABASE, SKEIN_TEST_DEATH, ...environment } = process.env;
const database = JSON.parse(SKEIN_TEST_DATABASE ?? "") as DatabaseTarget;
const death = JSON.parse(SKEIN_TEST_DEATH ?? "null") as Death | null;
const config = readConfig(environment, process.getuid?.() === 0);

let doomed: { readonly threadId: string; readonly seq: number } | null = null;

/** Whether this commit is the one. */
function isFatal({ threadId, expectedSeq, events }: Append): boolean {
  if (death === null) return false;
  const start = events.findIndex(({ type }) => type === "turn.started");
  if (doomed === null && start >= 0) doomed = { threadId, seq: expectedSeq + start + death.event };
  if (doomed?.threadId !== threadId) return false;
  return doomed.seq > expectedSeq && doomed.seq <= expectedSeq + events.length;
}

const die = () => process.kill(process.pid, "SIGKILL");

const app = await openApp(config, pino({ level: config.logLevel }), {
  database,
  aroundAppend: async (append, commit) => {
    const isLast = isFatal(append);
    if (isLast && death?.when === "before") die();
    const range = await commit();
    if (isLast) die();
    return range;
  },
});
process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
console.log(`Skein is ready at ${app.address.url}`);
