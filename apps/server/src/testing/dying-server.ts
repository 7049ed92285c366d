/**
 * The server with a place at which it dies: like `main.ts`, but the process kills itself, as `kill -9` does, before or after
 * the commit that holds a certain event of a turn. Only tests start it.
 */
import { readFileSync } from "node:fs";
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

/** What a test tells the process, as JSON in `SKEIN_TEST_DYING`. */
export interface DyingSetting {
  readonly database: DatabaseTarget;
  /** Says, whenever a turn starts, how the process dies in it: a `Death`, or null. */
  readonly deathFile: string;
}

const { SKEIN_TEST_DYING, ...environment } = process.env;
const { database, deathFile } = JSON.parse(SKEIN_TEST_DYING ?? "") as DyingSetting;
const config = readConfig(environment, process.getuid?.() === 0);

let doomed: { readonly threadId: string; readonly seq: number; readonly when: Death["when"] } | null = null;

/** How the process dies with this commit, if it does. */
function deathIn({ threadId, expectedSeq, events }: Append): Death["when"] | null {
  const start = events.findIndex(({ type }) => type === "turn.started");
  if (start >= 0) {
    const death = JSON.parse(readFileSync(deathFile, "utf8")) as Death | null;
    doomed = death && { threadId, seq: expectedSeq + start + death.event, when: death.when };
  }
  if (doomed?.threadId !== threadId) return null;
  return doomed.seq > expectedSeq && doomed.seq <= expectedSeq + events.length ? doomed.when : null;
}

const die = () => process.kill(process.pid, "SIGKILL");

const app = await openApp(config, pino({ level: config.logLevel }), {
  database,
  aroundAppend: async (append, commit) => {
    const death = deathIn(append);
    if (death === "before") die();
    const range = await commit();
    if (death !== null) die();
    return range;
  },
});
process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
console.log(`Skein is ready at ${app.address.url}`);
