/**
 * The server is killed before and after the commit of the events of a turn that has everything: reasoning, text, a plan, a
 * command with an approval, a patch with one. Started again it brings the turn to its end, whatever the moment was.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FramedEvent } from "@skein/protocol/replay";
import type { ThreadEvent } from "@skein/timeline/event";
import { framedEventsOf } from "@skein/timeline/frames";
import { verifyLog } from "@skein/timeline/verify/verify-log";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { readEvents } from "../log/read-events.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import type { Death } from "../testing/dying-server.ts";
import { isServerRequest } from "../testing/frame.ts";
import { MortalServer } from "../testing/mortal-server.ts";
import { patches, plans, runs, says } from "../testing/prompts.ts";
import type { TestClient } from "../testing/test-client.ts";

const killPoints = Number(process.env.SKEIN_TEST_KILL_POINTS ?? 4);
/** They wait for starts more than they compute, so several go through the places together. */
const serversAtOnce = 2;
/** Text is cut into chunks by the clock, so that a turn may be so much shorter than another. */
const shorterByAtMost = 8;

let model: ScriptedModel;
let servers: readonly MortalServer[];

beforeAll(async () => {
  model = await startScriptedModel();
  servers = await Promise.all(Array.from({ length: serversAtOnce }, () => MortalServer.open(model)));
});

afterAll(async () => {
  for (const server of servers) await server.close();
  await model.close();
});

/** Says yes until the turn has ended. */
async function seeThrough(client: TestClient, threadId: string): Promise<void> {
  for (;;) {
    const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
    if (thread.turns.at(-1)?.status !== "inProgress") return;
    const frame = await client.next(
      (next) => isServerRequest(next) || ("method" in next && next.method === "turn/completed"),
    );
    if (isServerRequest(frame)) client.send({ id: frame.id, result: { decision: "accept" } });
  }
}

interface Trial {
  readonly server: MortalServer;
  readonly threadId: string;
  readonly workspace: string;
}

async function prepare(server: MortalServer, client: TestClient, name: string): Promise<Trial> {
  const workspace = await server.makeWorkspace(name, { notes: "one\n" });
  const threadId = await startThread(client, { approvalPolicy: "untrusted", cwd: workspace });
  return { server, threadId, workspace };
}

const turn = () =>
  [
    [
      { type: "reasoning", summary: ["Considering."] },
      says("I shall count."),
      plans({ step: "Count", status: "in_progress" }),
      runs("echo run >> counter; cat counter"),
    ],
    [patches("*** Update File: notes", "@@", "-one", "+two")],
    [says("All ", "is ", "done.")],
  ] as const;

async function logOf({ server, threadId }: Trial): Promise<{ events: readonly ThreadEvent[]; headSeq: number }> {
  const [tenant] = await server.database.administer((sql) => sql<{ id: string }[]>`select id from tenants where local`);
  const page = await server.database.withTenant(tenant?.id ?? "", (sql) => readEvents(sql, threadId, 0, 100_000));
  if (page === null) throw new Error("the thread is gone");
  return page;
}

async function judge(trial: Trial): Promise<void> {
  const { events, headSeq } = await logOf(trial);
  expect(verifyLog(events, headSeq)).toEqual([]);
  expect(events.findLast(({ type }) => type === "turn.completed")).toMatchObject({
    status: "completed",
    finalMessage: { text: "All is done." },
  });
  const statuses = new Map(
    events.flatMap((event) =>
      event.type === "item.completed" && "status" in event.item ? [[event.item.type, event.item.status]] : [],
    ),
  );
  const counter = await readFile(join(trial.workspace, "counter"), "utf8").catch(() => "");
  expect(statuses.get("command") === "completed" ? ["run\n"] : ["", "run\n"]).toContain(counter);
  const notes = await readFile(join(trial.workspace, "notes"), "utf8");
  expect(notes).toBe(statuses.get("patch") === "completed" ? "two\n" : "one\n");
  await expectSameTimeline(trial, events);
}

/** What a client is given from the start of the log is what the log presents. */
async function expectSameTimeline({ server, threadId }: Trial, events: readonly ThreadEvent[]): Promise<void> {
  const reader = await server.connect(true);
  const { thread } = await reader.request("thread/resume", { threadId, replay: { cursor: null } });
  const presented = events.flatMap((event) => framedEventsOf(threadId, event));
  const completed = presented.filter((event): event is Extract<FramedEvent, { method: "item/completed" }> => {
    return event.method === "item/completed";
  });
  const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id).toSorted();
  expect(ids(thread.turns.at(-1).items)).toEqual(ids(completed.map(({ params }) => params.item)));
  for (const { params } of completed) expect(thread.turns.at(-1).items).toContainEqual(params.item);
  expect(reader.complaints).toEqual([]);
  await reader.close();
}

/** The number of events from the turn's start to its end. */
async function runUndisturbed(server: MortalServer): Promise<number> {
  const client = await server.connect();
  const trial = await prepare(server, client, "undisturbed");
  await startTurn(client, trial.threadId, ...turn());
  await seeThrough(client, trial.threadId);
  await judge(trial);
  await client.close();
  const { events } = await logOf(trial);
  return events.length - events.findIndex(({ type }) => type === "turn.started");
}

/** Whether the server died there, and did not come past the place alive. The next one goes on with what it left. */
async function dieAndGoOn(server: MortalServer, death: Death): Promise<boolean> {
  const client = await server.connect();
  const trial = await prepare(server, client, `${death.when}-${death.event}`);
  await server.doom(death);
  const lived = await startTurn(client, trial.threadId, ...turn())
    .then(() => seeThrough(client, trial.threadId))
    .then(
      () => true,
      () => false,
    );
  if (lived) await server.kill();
  await server.died();
  await server.doom(null);
  await server.start();
  const again = await server.connect();
  await again.request("thread/resume", { threadId: trial.threadId });
  const isThere = (await logOf(trial)).events.some(({ type }) => type === "turn.started");
  // Killed before the turn was in the log: nobody was told that it had begun.
  if (!isThere) await startTurn(again, trial.threadId, ...turn());
  await seeThrough(again, trial.threadId);
  await judge(trial);
  await again.close();
  return !lived;
}

test("killed before and after the commits of a turn, it goes on and does nothing twice", {
  timeout: 60_000 + killPoints * 60_000,
}, async () => {
  const lengths = await Promise.all(servers.map(runUndisturbed));
  const length = Math.max(...lengths);
  const places = Array.from({ length: length * 2 }, (_, index): Death => {
    return { event: Math.floor(index / 2) + 1, when: index % 2 === 0 ? "before" : "after" };
  });
  // An odd stride, so that a sample has both kinds.
  const stride = Math.max(1, Math.floor(places.length / killPoints)) | 1;
  const waiting = places.filter((_, index) => index % stride === 0);
  const survived: Death[] = [];
  const goThrough = async (server: MortalServer) => {
    for (let death = waiting.shift(); death !== undefined; death = waiting.shift()) {
      const context = `killed ${death.when} event ${death.event}`;
      const died = await dieAndGoOn(server, death).catch((cause) => {
        throw new Error(context, { cause });
      });
      if (!died) survived.push(death);
    }
  };
  await Promise.all(servers.map(goThrough));
  expect(survived.filter(({ event }) => event <= length - shorterByAtMost)).toEqual([]);
});
