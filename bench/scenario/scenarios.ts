import { concurrentTurns } from "./concurrent-turns.ts";
import { databaseKilled } from "./database-killed.ts";
import { durableEvents } from "./durable-events.ts";
import { history } from "./history.ts";
import { idleSockets } from "./idle-sockets.ts";
import { latency } from "./latency.ts";
import { socketMemory, threadMemory } from "./memory.ts";
import { millionEvents } from "./million-events.ts";
import { modelCalls } from "./model-calls.ts";
import { notYours } from "./not-yours.ts";
import { reconnect, resume } from "./reconnect.ts";
import type { Scenario } from "./scenario.ts";
import { secondClient } from "./second-client.ts";
import { sharedExport, sharedPage } from "./shared.ts";
import { stalledViewer } from "./stalled-viewer.ts";
import { stream } from "./stream.ts";
import { viewers } from "./viewers.ts";

const all: readonly Scenario[] = [
  stream(1),
  stream(50),
  latency,
  concurrentTurns,
  secondClient,
  threadMemory,
  socketMemory,
  history(2_000),
  history(20_000),
  sharedPage(2_000),
  sharedExport(2_000),
  sharedExport(20_000),
  durableEvents,
  modelCalls,
  millionEvents,
  notYours,
  viewers,
  reconnect,
  resume,
  stalledViewer,
  idleSockets,
  databaseKilled,
];

/** Those of these names, in the order of the report; all when no name is given. Throws for a name that there is not. */
export function scenariosNamed(names: readonly string[]): readonly Scenario[] {
  const unknown = names.find((name) => !all.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    throw new Error(`--scenario ${unknown}: there are ${all.map(({ name }) => name).join(", ")}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
