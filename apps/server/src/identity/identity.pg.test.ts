import { rights } from "@skein/protocol/right";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { createAccessToken, listAccessTokens, resolveAccessToken, revokeAccessToken } from "./access-tokens.ts";
import { ensureLocalUser } from "./local-user.ts";
import { listSessions, resolveSession, revokeSession } from "./sessions.ts";
import { createSignInLink, type NewSession, redeemSignInLink } from "./sign-in-link.ts";

let database: TestDatabase;
let person: TestTenant;

beforeAll(async () => {
  database = await openTestDatabase();
  person = await database.addTenant();
});

afterAll(() => database.close());

const hour = { lifetimeSeconds: 3600, origin: { address: null, userAgent: "a browser" } };

async function signIn(): Promise<NewSession> {
  const link = await createSignInLink(database.withTenant, person, 60);
  const redemption = await redeemSignInLink(database.app, link, hour);
  if (redemption.outcome !== "redeemed") throw new Error(redemption.outcome);
  return redemption.session;
}

test("a sign-in link opens a session for its user, which the cookie's token finds again", async () => {
  const session = await signIn();
  expect(await resolveSession(database.app, session.token)).toEqual({
    principal: { ...person, role: "owner", name: "a person", via: { type: "session", sessionId: session.sessionId } },
    expiresAtMs: session.expiresAtMs,
  });
});

test("of many who come with the same link, one gets in", async () => {
  const link = await createSignInLink(database.withTenant, person, 60);
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => redeemSignInLink(database.app, link, hour)));
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["redeemed", ...Array(7).fill("spent")]);
});

test("wrong, spent and expired links are told apart", async () => {
  const expired = await createSignInLink(database.withTenant, person, -1);
  expect(await redeemSignInLink(database.app, expired, hour)).toEqual({ outcome: "expired" });
  expect(await redeemSignInLink(database.app, "made up", hour)).toEqual({ outcome: "unknown" });
  const link = await createSignInLink(database.withTenant, person, 60);
  await redeemSignInLink(database.app, link, hour);
  expect(await redeemSignInLink(database.app, link, hour)).toEqual({ outcome: "spent" });
});

test("a revoked, an expired and an unknown session open nothing", async () => {
  const session = await signIn();
  expect(await revokeSession(database.withTenant, person, session.sessionId)).toBe(true);
  expect(await revokeSession(database.withTenant, person, session.sessionId)).toBe(false);
  expect(await resolveSession(database.app, session.token)).toBeNull();
  const link = await createSignInLink(database.withTenant, person, 60);
  const ended = await redeemSignInLink(database.app, link, { ...hour, lifetimeSeconds: -1 });
  expect(await resolveSession(database.app, (ended as { session: NewSession }).session.token)).toBeNull();
  expect(await resolveSession(database.app, "made up")).toBeNull();
  const open = await listSessions(database.withTenant, person);
  expect(open.map(({ id }) => id)).not.toContain(session.sessionId);
});

test("another tenant cannot revoke a session", async () => {
  const session = await signIn();
  const stranger = await database.addTenant();
  expect(await revokeSession(database.withTenant, stranger, session.sessionId)).toBe(false);
  expect(await resolveSession(database.app, session.token)).not.toBeNull();
});

test("an access token is found by its secret until it is revoked, and listed without it", async () => {
  const { secret, token } = await createAccessToken(database.withTenant, person, { name: "my script" });
  expect(secret).toMatch(/^skein_pat_[\w-]{43}$/);
  expect(await resolveAccessToken(database.app, secret)).toMatchObject({
    ...person,
    via: { tokenId: token.id, scopes: rights },
  });
  const [listed] = await listAccessTokens(database.withTenant, person);
  expect(listed).toMatchObject({ id: token.id, name: "my script", lastUsedAtMs: expect.any(Number) });
  expect(JSON.stringify(listed)).not.toContain(secret.slice(20));
  expect(await revokeAccessToken(database.withTenant, person, token.id)).toBe(true);
  expect(await resolveAccessToken(database.app, secret)).toBeNull();
  expect(await resolveAccessToken(database.app, "skein_pat_made_up")).toBeNull();
});

test("no secret is stored as it is", async () => {
  const session = await signIn();
  const { secret } = await createAccessToken(database.withTenant, person, { name: "x" });
  const stored = await database.withTenant(
    person.tenantId,
    (sql) => sql<{ row: string }[]>`
      select s::text as row from sessions s union all select a::text from access_tokens a union all select l::text from sign_in_links l`,
  );
  const text = stored.map(({ row }) => row).join("\n");
  for (const value of [session.token, secret]) {
    expect(text).not.toContain(value);
    expect(text).not.toContain(Buffer.from(value).toString("hex"));
  }
});

test("the local user is the same at every start, also when two nodes start together", async () => {
  const found = await Promise.all(Array.from({ length: 4 }, () => ensureLocalUser(database.app, "Local user")));
  expect(new Set(found.map(({ tenantId, userId }) => `${tenantId} ${userId}`)).size).toBe(1);
  expect(await ensureLocalUser(database.app, "Another name")).toEqual(found[0]);
});
