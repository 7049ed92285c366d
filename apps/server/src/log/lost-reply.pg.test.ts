/** A connection that dies after the commit and before its reply: the append must count once, whatever the writer saw. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { EventLog } from "./event-log.ts";
import { readEvents } from "./read-events.ts";
import { chunk, makeThread } from "./testing.ts";

let database: TestDatabase;
let tenant: TestTenant;
let directory: string;
let proxy: CuttingProxy;
let sql: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  tenant = await database.addTenant();
  directory = await mkdtemp(join(tmpdir(), "skein-test-"));
  if (database.target.type !== "socket") throw new Error("the test cluster has a socket");
  const path = join(directory, "proxy");
  proxy = await CuttingProxy.listen(path, database.target.path);
  sql = openPool({ type: "socket", path, database: database.target.database }, "skein_log", {
    maxConnections: 1,
    silenceMs: null,
  });
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await proxy.close();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

type Cut = "request" | "reply";

/** Passes bytes through until it is armed; then the next statement, or the reply to it, is lost together with the connection. */
class CuttingProxy {
  readonly #server: Server;
  #armed: Cut | null = null;
  readonly cuts: Record<Cut, number> = { request: 0, reply: 0 };

  static listen(path: string, target: string): Promise<CuttingProxy> {
    return new Promise((resolve) => {
      const proxy: CuttingProxy = new CuttingProxy(target);
      proxy.#server.listen(path, () => resolve(proxy));
    });
  }

  private constructor(target: string) {
    this.#server = createServer((client) => this.#relay(client, dial(target)));
  }

  arm(cut: Cut): void {
    this.#armed = cut;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #relay(client: Socket, server: Socket): void {
    let executing = false;
    const cut = (kind: Cut) => {
      this.#armed = null;
      this.cuts[kind] += 1;
      client.destroy();
      server.destroy();
    };
    client.on("data", (bytes) => {
      executing = endsWithSync(bytes);
      if (executing && this.#armed === "request") cut("request");
      else server.write(bytes);
    });
    server.on("data", (bytes) => {
      // "Ready for query" is sent after the commit.
      if (executing && this.#armed === "reply") {
        if (endsWithReady(bytes)) cut("reply");
      } else client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => other.destroy());
    }
  }
}

function endsWithSync(bytes: Buffer): boolean {
  return bytes.subarray(-5).equals(Buffer.from([0x53, 0, 0, 0, 4]));
}

function endsWithReady(bytes: Buffer): boolean {
  return bytes.subarray(-6, -1).equals(Buffer.from([0x5a, 0, 0, 0, 5]));
}

test("lost requests are sent again and lost replies are not repeated: every event is stored once", async () => {
  const lostReplies = Number(process.env.SKEIN_TEST_LOST_REPLIES ?? 20);
  const log = new EventLog(sql);
  const threads = await Promise.all(Array.from({ length: 8 }, () => makeThread(database, tenant)));
  const texts: string[] = [];
  for (let round = 0; proxy.cuts.reply < lostReplies; round++) {
    if (round > 0) proxy.arm(round % 3 === 0 ? "request" : "reply");
    texts.push(`${round}`);
    await Promise.all(threads.map((thread) => thread.write(log, chunk("t1", "m1", `${round}`))));
  }
  await log.close();

  expect(proxy.cuts.request).toBeGreaterThan(0);
  for (const thread of threads) {
    const page = await database.withTenant(tenant.tenantId, (tx) => readEvents(tx, thread.id, 1, 10_000));
    expect(page?.events.map((event) => ("text" in event ? event.text : ""))).toEqual(texts);
    expect(page?.headSeq).toBe(texts.length + 1);
  }
});
