import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { ensureLocalUser } from "../identity/local-user.ts";
import { EventLog } from "../log/event-log.ts";
import { chunk, makeThread } from "../log/testing.ts";
import { connect } from "./database.ts";
import { assertRoles } from "./roles.ts";

const { socketPath } = inject("testCluster");
const name = `test_${randomUUID().replaceAll("-", "")}`;
const login = `login_${name}`;
let admin: postgres.Sql;
let dataDirectory: string;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "skein-test-"));
  const options = { path: socketPath, user: "skein_admin", max: 1, onnotice: () => {} };
  const server = postgres({ ...options, database: "postgres" });
  await server.unsafe(`create database ${name} template template0`);
  await server.end();
  admin = postgres({ ...options, database: name });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await admin.unsafe(`drop owned by ${login}; drop role ${login}`);
  await admin.end();
  const server = postgres({ path: socketPath, user: "skein_admin", database: "postgres", max: 1 });
  await server.unsafe(`drop database ${name} with (force)`);
  await server.end();
  await rm(dataDirectory, { recursive: true, force: true });
});

test("a login without rights is told the SQL that gives them, and the SQL does", async () => {
  await admin.unsafe(`create role ${login} nologin`);
  const check = () =>
    admin.begin(async (sql) => {
      await sql.unsafe(`set local role ${login}`);
      await assertRoles(sql);
    });
  const refusal = await check().then(
    () => "",
    (error: Error) => error.message,
  );
  const [, ...lines] = refusal.split("\n");
  expect(lines).toEqual([
    `  GRANT skein_app, skein_log TO "${login}";`,
    `  GRANT USAGE, CREATE ON SCHEMA public TO "${login}";`,
  ]);
  await admin.unsafe(lines.join("\n"));
  await check();
});

test("by URL the operator's login migrates an empty database, and each pool takes on its role", async () => {
  // A URL cannot hold the path of a socket; the variables of libpq can.
  vi.stubEnv("PGHOST", dirname(socketPath));
  vi.stubEnv("PGUSER", "skein_admin");
  const undo: (() => unknown)[] = [];
  const database = await connect({ type: "url", url: `postgres:///${name}` }, dataDirectory, undo);
  try {
    const identity = (sql: typeof database.app) => sql`select session_user::text, current_user::text`;
    expect(await identity(database.app)).toEqual([{ session_user: "skein_admin", current_user: "skein_app" }]);
    expect(await identity(database.log)).toEqual([{ session_user: "skein_admin", current_user: "skein_log" }]);
    const log = new EventLog(database.log);
    const thread = await makeThread(database, await ensureLocalUser(database.app, "me"));
    expect(await thread.write(log, chunk("t1", "m1", "x"))).toEqual({ from: 2, to: 2 });
    await log.close();
    expect(await database.app`select * from threads`).toEqual([]);
  } finally {
    for (const step of undo.reverse()) await step();
  }
});
