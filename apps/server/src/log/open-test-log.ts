import { afterAll } from "vitest";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { EventLog, type EventLogOptions } from "./event-log.ts";

export interface TestLog {
  readonly database: TestDatabase;
  readonly tenant: TestTenant;
  readonly log: EventLog;
  /** Of the role `skein_owner`, which sees every tenant. */
  readonly owner: Sql;
}

/** For a file of tests, at its beginning: a database with a tenant and a log, closed after the last of them. */
export async function openTestLog(options: EventLogOptions = {}): Promise<TestLog> {
  const database = await openTestDatabase();
  const tenant = await database.addTenant();
  const log = new EventLog(database.log, options);
  const owner = openPool(database.target, "skein_owner", { maxConnections: 2, silenceMs: null });
  afterAll(async () => {
    await log.close();
    await owner.end();
    await database.close();
  });
  return { database, tenant, log, owner };
}
