import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bySystem } from "../audit/actor.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { changeMember } from "../identity/members.ts";
import { decidePaying } from "../model/models.ts";
import { KeyUnknown, keyWrapperOf } from "./key-wrapper.ts";
import { StoredSecrets } from "./stored-secrets.ts";

let database: TestDatabase;
let secrets: StoredSecrets;

const own = "the server's own secret, of 32 characters";
const terms = { name: "a key", secret: "sk-planted-0123456789", baseUrl: null, models: null };
const team = { type: "tenant" } as const;

beforeAll(async () => {
  database = await openTestDatabase();
  secrets = new StoredSecrets(database.withTenant, keyWrapperOf([own]));
});

afterAll(() => database.close());

const keyOf = async (tenantId: string, userId: string | null) =>
  (await secrets.open(tenantId, userId, "model", decidePaying))?.secret ?? null;

/** A member beside the owner. */
async function addMember(tenantId: string): Promise<string> {
  const userId = randomUUID();
  await database.administer(async (sql) => {
    await sql`insert into users (id, name) values (${userId}, 'Ben')`;
    await sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, 'member')`;
  });
  return userId;
}

test("a person's own key goes before the tenant's, and goes with them", async () => {
  const { tenantId, userId } = await database.addTenant();
  const member = await addMember(tenantId);
  expect(await keyOf(tenantId, userId)).toBeNull();
  await secrets.putModel(tenantId, team, { ...terms, secret: "sk-of-the-team-000" }, bySystem);
  await secrets.putModel(
    tenantId,
    { type: "user", userId: member },
    { ...terms, secret: "sk-of-ben-00000000" },
    bySystem,
  );
  const keys = [await keyOf(tenantId, userId), await keyOf(tenantId, member), await keyOf(tenantId, null)];
  expect(keys).toEqual(["sk-of-the-team-000", "sk-of-ben-00000000", "sk-of-the-team-000"]);
  expect((await secrets.list(tenantId, userId, "model")).map(({ scope }) => scope.type)).toEqual(["tenant"]);
  await changeMember(database.withTenant, tenantId, member, null, bySystem);
  expect(await secrets.knownSecrets(tenantId)).toEqual(["sk-of-the-team-000"]);
});

test("nothing of the key is in the database but its last four characters", async () => {
  const { tenantId } = await database.addTenant();
  const stored = await secrets.putModel(tenantId, team, terms, bySystem);
  expect(stored).toMatchObject({ lastFour: "6789" });
  const dump = await database.administer(async (sql) => {
    const tables = await sql`select table_name as name from information_schema.tables where table_schema = 'public'`;
    const rows = await Promise.all(tables.map(({ name }) => sql.unsafe(`select t::text as row from ${name} t`)));
    return JSON.stringify(rows);
  });
  expect(dump).toContain("6789");
  expect(dump).not.toContain("planted");
  expect(dump).not.toContain(Buffer.from(terms.secret).toString("hex"));
  expect(dump).not.toContain(Buffer.from(terms.secret).toString("base64"));
});

test("a sealed key that is moved to another tenant, or to another row, opens nothing", async () => {
  const [one, other] = [await database.addTenant(), await database.addTenant()];
  for (const { tenantId } of [one, other]) await secrets.putModel(tenantId, team, terms, bySystem);
  await database.administer(
    (
      sql,
    ) => sql`update stored_secrets set sealed = (select sealed from stored_secrets where tenant_id = ${one.tenantId})
      where tenant_id = ${other.tenantId}`,
  );
  await expect(keyOf(other.tenantId, null)).rejects.toThrow();
  await database.administer(async (sql) => {
    await sql`update data_keys set (key_id, wrapped) = (select key_id, wrapped from data_keys where tenant_id = ${one.tenantId})
      where tenant_id = ${other.tenantId}`;
  });
  await expect(keyOf(other.tenantId, null)).rejects.toThrow();
  expect(await keyOf(one.tenantId, null)).toBe(terms.secret);
});

test("a key is not sent elsewhere than where it was given for, unless it is given again", async () => {
  const { tenantId } = await database.addTenant();
  const change = (secret: string | null, baseUrl: string | null) =>
    secrets.putModel(tenantId, team, { ...terms, secret, baseUrl }, bySystem);
  expect(await change(null, null)).toBe("secretNeeded");
  expect(await change(terms.secret, "https://models.example.org/v1")).toMatchObject({ name: "a key" });
  expect(await change(null, "https://evil.example.org/v1")).toBe("secretNeeded");
  expect(await change(null, "http://models.example.org/v1")).toBe("secretNeeded");
  expect(await change(null, null)).toBe("secretNeeded");
  expect(await change(null, "https://models.example.org/v2")).toMatchObject({
    baseUrl: "https://models.example.org/v2",
  });
  expect(await keyOf(tenantId, null)).toBe(terms.secret);
});

test("a server that was given another secret opens nothing, and says why", async () => {
  const { tenantId } = await database.addTenant();
  await secrets.putModel(tenantId, team, terms, bySystem);
  const stranger = new StoredSecrets(database.withTenant, keyWrapperOf(["another secret, of 32 characters or so"]));
  await expect(stranger.open(tenantId, null, "model", decidePaying)).rejects.toBeInstanceOf(KeyUnknown);
});

test("credentials for Git are kept beside those for models, as many as there are, and are opened by reference", async () => {
  const { tenantId, userId } = await database.addTenant();
  const git = { ...terms, secret: "ghp_0123456789abcdef", baseUrl: "https://git.example.org" };
  const one = await secrets.add(tenantId, "git", team, { ...git, name: "one" }, bySystem);
  await secrets.add(tenantId, "git", { type: "user", userId }, { ...git, name: "two" }, bySystem);
  const opened = await secrets.open(tenantId, userId, "git", (all) => all.find(({ id }) => id === one.id));
  expect(opened?.secret).toBe(git.secret);
  expect(await secrets.open(tenantId, userId, "model", (all) => all.find(({ id }) => id === one.id))).toBeNull();
  const stranger = await database.addTenant();
  expect(await secrets.open(stranger.tenantId, null, "git", (all) => all.find(({ id }) => id === one.id))).toBeNull();
  expect(await secrets.delete(tenantId, { type: "user", userId }, one.id, bySystem)).toBe(false);
  expect(await secrets.delete(tenantId, team, one.id, bySystem)).toBe(true);
});
