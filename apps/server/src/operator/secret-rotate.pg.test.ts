import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bySystem } from "../audit/actor.ts";
import { readLines } from "../audit/read-lines.ts";
import { keyWrapperOf } from "../credential/key-wrapper.ts";
import { ensureOwnSecret, findOwnSecret } from "../credential/own-secret.ts";
import { StoredSecrets } from "../credential/stored-secrets.ts";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { tenantScope } from "../database/with-tenant.ts";
import { decidePaying } from "../model/models.ts";
import { secretRotate } from "./secret-rotate.ts";

let database: TestDatabase;
let owner: Sql;
let dataDirectory: string;

const [first, second] = ["the first secret, of 32 characters at least", "the second one, of 32 characters at least"];
const terms = { name: "a key", secret: "sk-0123456789abcdef", baseUrl: null, models: null };

beforeAll(async () => {
  database = await openTestDatabase();
  owner = openPool(database.target, "skein_owner", { maxConnections: 2, silenceMs: null });
  dataDirectory = await mkdtemp(join(tmpdir(), "skein-rotate-"));
});

afterAll(async () => {
  await owner.end();
  await database.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const secretsUnder = (...secrets: readonly [string, ...string[]]) =>
  new StoredSecrets(database.withTenant, keyWrapperOf(secrets));

async function rotate(...secrets: readonly string[]) {
  const said: string[] = [];
  const code = await secretRotate.run({
    words: [],
    options: {},
    database: {
      ...{ owner, withTenant: tenantScope(owner), dataDirectory, secrets },
      ...{ serverIsRunning: false, close: async () => {} },
    },
    output: { say: (line) => said.push(line), write: async () => {} },
  });
  return { code, said };
}

test("after a change of the secret everything is kept under the new one, and opens all the while", async () => {
  const tenant = await database.addTenant();
  const keyUnder = async (...secrets: readonly [string, ...string[]]) =>
    (await secretsUnder(...secrets).open(tenant.tenantId, null, "model", decidePaying))?.secret;
  await secretsUnder(first).putModel(tenant.tenantId, { type: "tenant" }, terms, bySystem);
  // The servers were given both, and the keys are still under the first.
  expect(await keyUnder(second, first)).toBe(terms.secret);
  await expect(rotate(second)).rejects.toThrow(/neither SKEIN_SECRET nor SKEIN_SECRET_PREVIOUS/);
  expect(await keyUnder(first)).toBe(terms.secret);
  expect(await rotate(second, first)).toMatchObject({
    code: 0,
    said: [expect.stringContaining("Wrapped 1 keys anew")],
  });
  expect(await keyUnder(second)).toBe(terms.secret);
  await expect(keyUnder(first)).rejects.toThrow();
  expect(await rotate(second)).toMatchObject({ code: 0, said: [expect.stringContaining("Wrapped 0 keys")] });
  const [told] = await database.withTenant(tenant.tenantId, (sql) => readLines(sql, {}, null, 1));
  expect(told).toMatchObject({ actorType: "operator", details: { command: "secret rotate" } });
});

test("a server that made its own secret is given one, and what it kept goes over", async () => {
  const tenant = await database.addTenant();
  expect(await findOwnSecret(dataDirectory)).toBeNull();
  const [own, again] = await Promise.all([ensureOwnSecret(dataDirectory), ensureOwnSecret(dataDirectory)]);
  expect([again, await ensureOwnSecret(dataDirectory)]).toEqual([own, own]);
  await secretsUnder(own).putModel(tenant.tenantId, { type: "tenant" }, terms, bySystem);
  expect(await rotate(second)).toMatchObject({ code: 0 });
  const opened = await secretsUnder(second).open(tenant.tenantId, null, "model", decidePaying);
  expect(opened?.secret).toBe(terms.secret);
  await expect(rotate()).rejects.toThrow(/SKEIN_SECRET is not set/);
});
