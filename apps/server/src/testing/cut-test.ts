/** `test` with a server process of its own per file, its own Postgres, and clients whose network fails at chosen places. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "@skein/client/connection/clock";
import { connect } from "@skein/client/node";
import type { SkeinClient } from "@skein/client/skein-client";
import type { FramedEvent } from "@skein/protocol/replay";
import { test as base } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { CuttingProxy, type Fate } from "./cutting-proxy.ts";
import { patches, plans, runs, says } from "./prompts.ts";
import { spawnServer } from "./spawn-server.ts";
import { accessToken } from "./start-test-server.ts";

export interface CutServer {
  readonly url: string;
  readonly model: ScriptedModel;
}

export interface UnluckyClient {
  readonly client: SkeinClient;
  readonly proxy: CuttingProxy;
}

/** A client whose connections meet the fates that `fateOf` gives them; none when absent. */
export type Join = (fateOf?: (connection: number) => Fate, clock?: Clock) => Promise<UnluckyClient>;

interface Fixtures {
  readonly server: CutServer;
  readonly join: Join;
}

export const test = base.extend<Fixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const model = await startScriptedModel();
      const directory = await mkdtemp(join(tmpdir(), "skein-cuts-"));
      // Commands run as users of their own, who must get to their workspace.
      await chmod(directory, 0o711);
      const environment = { SKEIN_DATA_DIR: join(directory, "data"), OPENAI_BASE_URL: model.baseUrl };
      const server = await spawnServer(environment);
      await use({ url: server.url, model });
      await server.stop();
      await model.close();
      await rm(directory, { recursive: true, force: true });
    },
    { scope: "file" },
  ],
  join: async ({ server }, use) => {
    const opened: UnluckyClient[] = [];
    await use(async (fateOf = () => ({}), clock = atOnce) => {
      const proxy = new CuttingProxy(server.url, fateOf);
      const url = await proxy.open();
      const clientInfo = { name: "unlucky", version: "1" };
      // The server knows itself by its own address only.
      const headers = { host: new URL(server.url).host };
      const client = connect(url, { token: accessToken, headers, clientInfo, clock, schedule: (flush) => flush() });
      opened.push({ client, proxy });
      return { client, proxy };
    });
    for (const { client } of opened) client.close();
    await Promise.all(opened.map(({ proxy }) => proxy.close()));
  },
});

/** Comes back without a pause. */
const atOnce: Clock = { ...systemClock, random: () => 0 };

/** Time that passes `factor` times as fast, so that a client's patience ends soon. */
export function fastClock(factor: number): Clock {
  const beginMs = Date.now();
  return {
    now: () => beginMs + (Date.now() - beginMs) * factor,
    random: () => 0,
    after: (ms, task) => systemClock.after(ms / factor, task),
  };
}

/** A turn with everything that a turn can have. */
export const rich = [
  [
    { type: "reasoning", summary: ["First.", "Then."] },
    says("I will ", "look ", "around."),
    runs("echo made >> made.txt && cat made.txt"),
  ],
  [
    plans({ step: "Write", status: "in_progress" }, { step: "Rest", status: "pending" }),
    patches("*** Add File: a.txt", "+a"),
  ],
  [runs("echo one; echo two; rm -f a.txt")],
  [says("All ", "done.")],
] as const;

/** Says yes to whatever is asked in a thread, until its turn is over. */
export async function acceptUntilCompleted(client: SkeinClient, threadId: string, after: string): Promise<void> {
  const thread = client.thread(threadId);
  for await (const event of thread.events({ after })) {
    if (event.method === "skein/approval/requested") thread.answerApproval(event.params.requestId, "accept");
    if (event.method === "turn/completed") return;
  }
}

/** Every event after the cursor up to the end of the turn. Throws when some were skipped. */
export async function eventsUntilCompleted(client: SkeinClient, threadId: string, after: string) {
  const events: FramedEvent[] = [];
  for await (const event of client.thread(threadId).events({ after })) {
    if (event.method === "skein/thread/reset") throw new Error(`events were skipped: ${event.reason}`);
    const { cursor: _, ...rest } = event;
    events.push(rest as FramedEvent);
    if (event.method === "turn/completed") return events;
  }
  throw new Error("the events ended before the turn");
}
