/**
 * The server is killed before and after the commit of the events of a turn that has everything: reasoning, text, a plan, a
 * command with an approval, a patch with one. Started again it brings the turn to its end, whatever the moment was.
 */
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FramedEvent } from "@skein/protocol/replay";
import type { ThreadEvent } from "@skein/timeline/event";
import { framedEventsOf } from "@skein/timeline/frames";
import { verifyLog } from "@skein/timeline/verify/verify-log";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { readEvents } from "../log/read-events.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import type { Death } from "../testing/dying-server.ts";
import { isServerRequest } from "../testing/frame.ts";
import { patches, plans, runs, says } from "../testing/prompts.ts";
import { type ServerProcess, spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

const killPoints = Number(process.env.SKEIN_TEST_KILL_POINTS ?? 4);
const program = fileURLToPath(new URL("../testing/dying-server.ts", import.meta.url));

let model: ScriptedModel;
let database: TestDatabase;
let directory: string;
let root: string;
let tenantId: string;

beforeAll(async () => {
  model = await startScriptedModel();
  database = await openTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "skein-kill-"));
  await chmod(directory, 0o711);
  root = join(directory, "root");
  await mkdir(root);
  await chmod(root, 0o777);
});

afterAll(async () => {
  await database.close();
  await model.close();
  await rm(directory, { recursive: true, force: true });
});

const start = (death: Death | null) =>
  spawnServer(
    {
      SKEIN_DATA_DIR: join(directory, "data"),
      SKEIN_WORKSPACE_ROOTS: root,
      SKEIN_STOP_GRACE_SECONDS: "0",
      OPENAI_BASE_URL: model.baseUrl,
      SKEIN_TEST_DATABASE: JSON.stringify(database.target),
      SKEIN_TEST_DEATH: JSON.stringify(death),
    },
    program,
  );

async function connect(server: ServerProcess, replay = false): Promise<TestClient> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const client = new TestClient(new WebSocket(server.url.replace(/^http/, "ws"), { headers }));
  await once(client.socket, "open");
  const extensions = replay ? { extensions: { "skein/replay": {} } } : {};
  await client.request("initialize", {
    clientInfo: { name: "test", version: "1" },
    capabilities: { experimentalApi: true, ...extensions },
  });
  return client;
}

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
  readonly threadId: string;
  readonly workspace: string;
}

async function prepare(client: TestClient, name: string): Promise<Trial> {
  const workspace = join(root, name);
  await mkdir(workspace);
  await writeFile(join(workspace, "notes"), "one\n");
  // A root server runs commands as a directory's owner, and never as root.
  if (process.getuid?.() === 0)
    for (const path of [workspace, join(workspace, "notes")]) await chown(path, 65_534, 65_534);
  const threadId = await startThread(client, { approvalPolicy: "untrusted", cwd: workspace });
  return { threadId, workspace };
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

async function logOf(threadId: string): Promise<{ events: readonly ThreadEvent[]; headSeq: number }> {
  const page = await database.withTenant(tenantId, (sql) => readEvents(sql, threadId, 0, 100_000));
  if (page === null) throw new Error("the thread is gone");
  return page;
}

async function judge({ threadId, workspace }: Trial, server: ServerProcess): Promise<void> {
  const { events, headSeq } = await logOf(threadId);
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
  const counter = await readFile(join(workspace, "counter"), "utf8").catch(() => "");
  expect(statuses.get("command") === "completed" ? ["run\n"] : ["", "run\n"]).toContain(counter);
  const notes = await readFile(join(workspace, "notes"), "utf8");
  expect(notes).toBe(statuses.get("patch") === "completed" ? "two\n" : "one\n");
  await expectSameTimeline(server, threadId, events);
}

/** What a client is given from the start of the log is what the log presents. */
async function expectSameTimeline(
  server: ServerProcess,
  threadId: string,
  events: readonly ThreadEvent[],
): Promise<void> {
  const reader = await connect(server, true);
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

test("killed before and after the commits of a turn, it goes on and does nothing twice", {
  timeout: 60_000 + killPoints * 60_000,
}, async () => {
  let server = await start(null);
  const calm = await connect(server);
  const [tenant] = await database.administer((sql) => sql<{ id: string }[]>`select id from tenants where local`);
  tenantId = tenant?.id ?? "";
  const reference = await prepare(calm, "reference");
  await startTurn(calm, reference.threadId, ...turn());
  await seeThrough(calm, reference.threadId);
  await judge(reference, server);
  const { events } = await logOf(reference.threadId);
  const length = events.length - events.findIndex(({ type }) => type === "turn.started");
  await server.stop();

  const deaths = Array.from({ length: length * 2 }, (_, index): Death => {
    return { event: Math.floor(index / 2) + 1, when: index % 2 === 0 ? "before" : "after" };
  });
  // An odd stride, so that a sample has both kinds.
  const stride = Math.max(1, Math.floor(deaths.length / killPoints)) | 1;
  let died = 0;
  for (const [index, death] of deaths.entries()) {
    if (index % stride !== 0) continue;
    server = await start(death);
    const client = await connect(server);
    const trial = await prepare(client, `trial-${index}`);
    const lived = await startTurn(client, trial.threadId, ...turn()).then(
      () =>
        seeThrough(client, trial.threadId).then(
          () => true,
          () => false,
        ),
      () => false,
    );
    if (lived) await server.kill();
    else died += 1;
    await server.ended;
    server = await start(null);
    const again = await connect(server);
    await again.request("thread/resume", { threadId: trial.threadId });
    const isThere = (await logOf(trial.threadId)).events.some(({ type }) => type === "turn.started");
    // Killed before the turn was in the log: nobody was told that it had begun.
    if (!isThere) await startTurn(again, trial.threadId, ...turn());
    await seeThrough(again, trial.threadId);
    await judge(trial, server);
    await again.close();
    await server.stop();
  }
  // Text is cut into chunks by the clock, so that a turn may be a little shorter than the first: its last places may be missed.
  expect(died).toBeGreaterThan(0);
});
