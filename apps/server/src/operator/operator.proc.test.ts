/** The operator's commands as processes, on data that a real server made; beside it, and when it is stopped. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startEmbeddedPostgres } from "../database/embedded/embedded-postgres.ts";
import { makeDataDirectory, type TestDirectory } from "../database/embedded/testing.ts";
import { runTurn, startThread } from "../testing/conversation.ts";
import { type ServerProcess, spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

const program = fileURLToPath(new URL("../skein.ts", import.meta.url));

/** A line separator, which is no end of a line in JSON. */
const name = "Kept\u2028apart";

let directory: TestDirectory;
let environment: Record<string, string>;
let server: ServerProcess;
let threadId: string;
let running = false;

async function start(): Promise<void> {
  server = await spawnServer(environment);
  running = true;
}

async function stop(): Promise<void> {
  if (running) await server.stop();
  running = false;
}

async function connect(): Promise<TestClient> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const socket = new WebSocket(server.url.replace(/^http/, "ws"), { headers });
  const client = new TestClient(socket);
  await once(socket, "open");
  await client.request("initialize", { clientInfo: { name: "test", version: "1" }, capabilities: null });
  client.send({ method: "initialized" });
  return client;
}

const skein = (...args: readonly string[]) => skeinIn(environment, ...args);

async function skeinIn(variables: Record<string, string>, ...args: readonly string[]) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [program, ...args], { env: { PATH, NODE_COMPILE_CACHE, ...variables } });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: child.exitCode, output, errors };
}

/** As the superuser of the embedded database, while a server keeps it running. */
async function ask(statement: string): Promise<readonly Record<string, unknown>[]> {
  const path = join(directory.path, "data/run/.s.PGSQL.5432");
  const sql = postgres({ path, database: "skein", user: "skein_admin", max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

async function askStopped(statement: string): Promise<void> {
  const postgresOnly = await startEmbeddedPostgres(join(directory.path, "data"));
  try {
    await ask(statement);
  } finally {
    await postgresOnly.stop();
  }
}

beforeAll(async () => {
  directory = await makeDataDirectory();
  environment = { SKEIN_DATA_DIR: join(directory.path, "data") };
  await start();
  const client = await connect();
  threadId = await startThread(client, { approvalPolicy: "never" });
  await client.request("thread/name/set", { threadId, name });
  for (const words of ["Say hello.", "List the files."]) {
    await client.request("turn/start", { threadId, input: [{ type: "text", text: words, text_elements: [] }] });
    await client.notified("turn/completed");
  }
  await client.close();
});

afterAll(async () => {
  await stop();
  await directory[Symbol.asyncDispose]();
});

const rows = (table: string) => ask(`select to_json(r)::text as row from ${table} r order by ordinal`);

test("help and mistakes are in words, with an exit code", async () => {
  expect(await skein("--help")).toMatchObject({ code: 0, output: expect.stringContaining("skein log verify") });
  expect(await skein()).toMatchObject({ code: 2 });
  expect(await skein("log", "burn")).toMatchObject({ code: 2, errors: expect.stringContaining("no command log burn") });
  expect(await skein("log", "verify", "--threads")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("usage: skein log verify"),
  });
  expect(await skein("log", "verify", "--thread", "x")).toMatchObject({
    code: 2,
    errors: 'skein: the thread\'s id must be a UUID, not "x"\n',
  });
});

test("what is no server's data is refused in words, and left as it is", async () => {
  const elsewhere = join(directory.path, "elsewhere");
  await mkdir(elsewhere);
  expect(await skeinIn({ SKEIN_DATA_DIR: elsewhere }, "log", "verify")).toEqual({
    code: 2,
    output: "",
    errors: expect.stringMatching(/^skein: there is no database in .*elsewhere; SKEIN_DATA_DIR names another.*\n$/),
  });
  expect(await readdir(elsewhere)).toEqual([]);
  const nowhere = { SKEIN_DATA_DIR: elsewhere, DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" };
  expect(await skeinIn(nowhere, "log", "verify")).toEqual({
    code: 2,
    output: "",
    errors: expect.stringMatching(/^skein: the database cannot be used: .*ECONNREFUSED.*\n$/),
  });
});

test("a log is verified beside the server, and damage is found", async () => {
  expect(await skein("log", "verify")).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^\d threads, \d+ events: in order\.\n$/),
  });
  const [lost] = await ask(`delete from thread_events where thread_id = '${threadId}' and type = 'turn.completed'
    and seq = (select max(seq) from thread_events where type = 'turn.completed') returning *`);
  const found = await skein("log", "verify", "--thread", threadId);
  expect(found).toMatchObject({ code: 1, output: expect.stringContaining("1 threads with problems") });
  const columns = Object.keys(lost!).filter((name) => lost![name] !== null);
  const values = columns.map((name) => {
    const value = lost![name];
    return `'${(typeof value === "object" && !(value instanceof Date) ? JSON.stringify(value) : value instanceof Date ? value.toISOString() : String(value)).replaceAll("'", "''")}'`;
  });
  await ask(`insert into thread_events (${columns.join(", ")}) values (${values.join(", ")})`);
  expect(await skein("log", "verify", "--thread", threadId)).toMatchObject({ code: 0 });
});

test("projections are rebuilt to what was written live", async () => {
  const before = {
    turns: await rows("turns"),
    items: await rows("items"),
    threads: await ask("select * from threads"),
  };
  expect(before.items.length).toBeGreaterThan(3);
  await ask(
    "delete from turns; delete from items; update threads set preview = '', status = 'failed', cwd = '/nowhere'",
  );
  expect(await skein("projections", "rebuild")).toMatchObject({
    code: 0,
    output: expect.stringContaining(`${before.turns.length} turns, ${before.items.length} items.`),
  });
  expect({ turns: await rows("turns"), items: await rows("items") }).toEqual({
    turns: before.turns,
    items: before.items,
  });
  const [[was], [is]] = [before.threads, await ask("select * from threads")];
  for (const column of ["preview", "status", "cwd", "name", "model", "head_seq", "created_at"]) {
    expect([column, is?.[column]]).toEqual([column, was?.[column]]);
  }
});

test("an export is imported as a thread of its own, which goes on", async () => {
  const file = join(directory.path, "thread.ndjson");
  expect(await skein("thread", "export", threadId, "--output", file)).toMatchObject({ code: 0 });
  expect((await skein("thread", "export", threadId)).output).toBe(await readFile(file, "utf8"));
  const imported = await skein("thread", "import", file);
  expect(imported).toMatchObject({ code: 0, errors: "" });
  const copy = /^Thread (\S+) has/.exec(imported.output)?.[1] ?? "";
  expect(copy).not.toBe(threadId);
  const client = await connect();
  const [original, made] = await Promise.all(
    [threadId, copy].map((id) => client.request("thread/read", { threadId: id, includeTurns: true })),
  );
  expect(made.thread).toMatchObject({ name, preview: original.thread.preview });
  expect(made.thread.turns).toEqual(original.thread.turns);
  await client.request("thread/resume", { threadId: copy });
  expect(await runTurn(client, copy)).toMatchObject({ status: "completed" });
  await client.close();
  expect(await skein("log", "verify")).toMatchObject({ code: 0, output: expect.stringContaining("in order") });

  expect(await skein("thread", "import", file, "--keep-id")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("is there already"),
  });
});

test("an export whose reader has gone ends in words", async () => {
  const env = { PATH: process.env.PATH ?? "", ...environment };
  const child = spawn(process.execPath, [program, "thread", "export", threadId], { env });
  child.stdout.destroy();
  const [errors] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect({ code: child.exitCode, errors }).toEqual({
    code: 2,
    errors: "skein: the output cannot be written: write EPIPE\n",
  });
});

test("a file that was cut off or changed is refused, and nothing of it is kept", async () => {
  const file = join(directory.path, "damaged.ndjson");
  await skein("thread", "export", threadId, "--output", file);
  const whole = await readFile(file, "utf8");
  const [{ count } = { count: null }] = await ask("select count(*)::int as count from threads");
  await truncate(file, (await stat(file)).size - 200);
  expect(await skein("thread", "import", file)).toMatchObject({ code: 2 });
  await writeFile(file, whole.slice(0, whole.trimEnd().lastIndexOf("\n") + 1));
  expect(await skein("thread", "import", file)).toMatchObject({
    code: 2,
    errors: expect.stringContaining("breaks off"),
  });
  await writeFile(file, whole.replace("Say hello.", "Say hullo."));
  expect(await skein("thread", "import", file)).toMatchObject({
    code: 2,
    errors: expect.stringContaining("was changed"),
  });
  expect(await ask("select count(*)::int as count from threads")).toEqual([{ count }]);
});

test("a file that was made up is refused for what it says, though its hash is right", async () => {
  const file = join(directory.path, "forged.ndjson");
  await skein("thread", "export", threadId, "--output", file);
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n").slice(0, -1);
  const [{ count } = { count: null }] = await ask("select count(*)::int as count from threads");
  const importOf = async (forged: readonly string[]) => {
    const text = forged.map((line) => `${line}\n`).join("");
    const sha256 = createHash("sha256").update(text).digest("hex");
    await writeFile(file, `${text}${JSON.stringify({ events: forged.length - 1, sha256 })}\n`);
    return skein("thread", "import", file);
  };
  const at = lines.findIndex((line) => line.includes(`"turn.started"`));
  const changed = (index: number, from: string | RegExp, to: string) =>
    lines.with(index, lines[index]!.replace(from, to));
  expect(await importOf(lines.toSpliced(at, 1))).toMatchObject({
    code: 2,
    errors: expect.stringContaining("not in order"),
  });
  expect(await importOf(changed(at, /"version":\d+/, `"version":99`))).toMatchObject({
    code: 2,
    errors: expect.stringContaining("which this build does not know"),
  });
  expect(await importOf(changed(0, `"preview":"`, `"preview":"\\u0000`))).toMatchObject({
    code: 2,
    errors: expect.stringContaining("the database refuses"),
  });
  expect(await skein("thread", "import", join(directory.path, "nowhere"))).toMatchObject({
    code: 2,
    errors: expect.stringContaining("cannot be read"),
  });
  expect(await skein("thread", "export", threadId, "--output", file)).toMatchObject({
    code: 2,
    errors: expect.stringContaining("cannot be written"),
  });
  expect(await ask("select count(*)::int as count from threads")).toEqual([{ count }]);
});

test("an import works on in the workspace that it is given, which has to be the tenant's", async () => {
  const file = join(directory.path, "moved.ndjson");
  await skein("thread", "export", threadId, "--output", file);
  const client = await connect();
  const { workspace } = await client.request("skein/workspace/create", { name: "other" });
  const imported = await skein("thread", "import", file, "--workspace", workspace.id);
  expect(imported).toMatchObject({ code: 0, errors: "" });
  const copy = /^Thread (\S+) has/.exec(imported.output)?.[1] ?? "";
  expect(await ask(`select workspace_id from threads where id = '${copy}'`)).toEqual([{ workspace_id: workspace.id }]);
  expect(await client.request("thread/resume", { threadId: copy })).toMatchObject({ cwd: workspace.root });
  expect(await runTurn(client, copy)).toMatchObject({ status: "completed" });
  await client.close();
  expect(await skein("thread", "import", file, "--workspace", threadId)).toMatchObject({
    code: 2,
    errors: expect.stringContaining("has no workspace"),
  });
});

test("a restored database is marked when the server is stopped: older cursors and older fences count no more", async () => {
  expect(await skein("db", "restored")).toMatchObject({ code: 2, errors: expect.stringContaining("stop it first") });
  const client = await connect();
  await client.close();
  const [before] = await ask(
    `select fence, (select value from database_incarnation) as incarnation from threads where id = '${threadId}'`,
  );
  await stop();
  // The copy of a data directory that knows another database.
  await writeFile(join(directory.path, "data/incarnation"), "00000000-0000-4000-8000-000000000000\n");
  await expect(start()).rejects.toThrow('run "skein db restored" once');
  await askStopped(`insert into nodes values
    ('elsewhere', gen_random_uuid(), gen_random_uuid(), now(), now() + interval '1 hour')`);
  expect(await skein("db", "restored")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("servers are running on the database: elsewhere"),
  });
  await askStopped("delete from nodes");
  expect(await skein("db", "restored")).toMatchObject({ code: 0 });
  await start();
  const [after] = await ask(
    `select fence, (select value from database_incarnation) as incarnation from threads where id = '${threadId}'`,
  );
  expect(after?.incarnation).not.toBe(before?.incarnation);
  expect(Number(after?.fence)).toBeGreaterThanOrEqual(Number(before?.fence) + 2 ** 32);
});

test("a further node follows the database as it is", async () => {
  const facts = `select fence, (select value from database_incarnation) as incarnation from threads where id = '${threadId}'`;
  const [before] = await ask(facts);
  expect(await skein("db", "restored", "--adopt")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("stop it first"),
  });
  await stop();
  await writeFile(join(directory.path, "data/incarnation"), "00000000-0000-4000-8000-000000000000\n");
  await expect(start()).rejects.toThrow("--adopt");
  expect(await skein("db", "restored", "--adopt")).toMatchObject({
    code: 0,
    output: expect.stringContaining(String(before?.incarnation)),
  });
  await start();
  expect(await ask(facts)).toEqual([before]);
});

test("a tenant is deleted to the last row, and its neighbour is not touched", async () => {
  const [tenant] = await ask("select id from tenants where local");
  const local = String(tenant?.id);
  const other = "00000000-0000-4000-8000-000000000001";
  await ask(`insert into tenants (id, name) values ('${other}', 'neighbour')`);
  const file = join(directory.path, "neighbour.ndjson");
  expect(await skein("thread", "export", threadId, "--output", file)).toMatchObject({ code: 0 });
  expect(await skein("thread", "import", file, "--tenant", other)).toMatchObject({ code: 0 });
  expect(await skein("tenant", "delete", local, "--yes")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("stop it"),
  });
  await stop();
  // What a tenant's commands could leave where its workspace was.
  const neighbours = join(directory.path, "data/workspaces", other, "main");
  await mkdir(neighbours, { recursive: true });
  await rm(join(directory.path, "data/workspaces", local, "other"), { recursive: true });
  await symlink(neighbours, join(directory.path, "data/workspaces", local, "other"));
  expect(await skein("tenant", "delete", local)).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/--yes is missing.*\d threads/),
  });
  // Interrupted near its end, and given again.
  await askStopped(`
    create function fail() returns trigger language plpgsql as $$ begin raise exception 'interrupted'; end $$;
    create trigger fail before delete on tenants for each row execute function fail()`);
  expect(await skein("tenant", "delete", local, "--yes")).toMatchObject({
    code: 1,
    output: expect.stringContaining(`Removed ${join(directory.path, "data/workspaces")}`),
    errors: expect.stringContaining("interrupted"),
  });
  await askStopped("drop trigger fail on tenants; drop function fail()");
  expect(await skein("tenant", "delete", local, "--yes")).toMatchObject({
    code: 0,
    output: expect.stringContaining("nothing is left"),
  });
  expect(await readdir(join(directory.path, "data/workspaces"))).toEqual([other]);
  expect(await readdir(join(directory.path, "data/workspaces", other))).toEqual(["main"]);
  expect(await skein("log", "verify")).toMatchObject({ output: expect.stringMatching(/^1 threads/) });
  expect(await skein("tenant", "delete", local, "--yes")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("no tenant"),
  });
});

test("the audit log tells what the operator did, is exported, and loses what is old only when that is said", async () => {
  if (!running) await start();
  const client = await connect();
  const made = await startThread(client, { approvalPolicy: "never" });
  const input = [{ type: "text", text: "List the files.", text_elements: [] }];
  await client.request("turn/start", { threadId: made, input });
  await client.notified("turn/completed");
  await client.close();
  const [tenant] = await ask(`select tenant_id::text as id from threads where id = '${made}'`);
  const id = String(tenant?.id);
  expect((await skein("thread", "export", made)).code).toBe(0);
  const exported = await skein("audit", "export", id);
  const lines = exported.output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, 4)).toMatchObject([
    { action: "audit.exported", actorType: "operator" },
    { action: "thread.exported", actorType: "operator", threadId: made },
    { action: "prompt.given", actorType: "user", threadId: made },
    { action: "thread.created", actorType: "user", threadId: made },
  ]);
  expect(exported.output).not.toContain("List the files.");

  expect(await skein("audit", "prune", "--keep-days", "30")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("it would delete 0 lines of 0 tenants"),
  });
  await ask(`insert into audit_lines (tenant_id, at, actor_type, action, details)
    values ('${id}', '2020-01-02', 'system', 'thread.deleted', '{}')`);
  expect(await skein("audit", "prune", "--keep-days", "30", "--yes")).toMatchObject({
    code: 0,
    output: `Deleted 1 lines of the tenant ${id}.\n`,
  });
  const after = (await skein("audit", "export", id)).output.split("\n");
  expect(JSON.parse(after[1] ?? "")).toMatchObject({ details: { command: "audit prune", rows: 1 } });
  expect(after.some((line) => line.includes(`"at":"2020-`))).toBe(false);
});
