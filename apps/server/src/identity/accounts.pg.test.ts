/** People, their passwords, invitations and tenants, as the functions of the database keep them. */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bySystem, unknownOrigin } from "../audit/actor.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { forgetSignInAttempts } from "../maintenance/forget-sign-in-attempts.ts";
import { resolveAccessToken } from "./access-tokens.ts";
import { connectIdentity, type ExternalIdentity, signInByIdentity } from "./external-identity.ts";
import { claimFirstOwner, createFirstOwnerLink, hasAccounts } from "./first-owner.ts";
import { createInvitation, listInvitations, revokeInvitation } from "./invitations.ts";
import { joinAsNew, joinBySession, readInvitation } from "./join-tenant.ts";
import { ensureLocalUser } from "./local-user.ts";
import { changeMember, listMembers } from "./members.ts";
import type { OpenedSession } from "./new-session.ts";
import {
  changePassword,
  endOwnSessions,
  foundTenant,
  listOwnSessions,
  listOwnTenants,
  readOwnAccount,
  switchTenant,
} from "./own-account.ts";
import { Passwords } from "./password.ts";
import { createPasswordLink, spendPasswordLink } from "./password-link.ts";
import type { Role } from "./principal.ts";
import { resolveSession } from "./sessions.ts";
import { signInByPassword } from "./sign-in-by-password.ts";
import { staleCredentials } from "./stale-credentials.ts";

let database: TestDatabase;
const passwords = new Passwords();

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

const password = "correct horse battery";
const week = 7 * 24 * 60 * 60;
const newEmail = () => `${randomUUID()}@example.org`;

function invite(tenant: TestTenant, role: Role = "member", lifetimeSeconds = week) {
  return createInvitation(database.withTenant, tenant, { role, note: "", lifetimeSeconds }, bySystem);
}

/** Somebody with an account and a session in the tenant. */
async function addPerson(tenant: TestTenant, role: Role = "member", email = newEmail()) {
  const { token } = await invite(tenant, role);
  const passwordHash = await passwords.hash(password);
  const account = { name: "Ada", email, by: { type: "password", passwordHash } } as const;
  const joined = await joinAsNew(database.app, token, account, { address: null, userAgent: "a browser" });
  if (joined.type !== "signedIn") throw new Error(joined.type);
  return { ...joined.session, email };
}

function signIn(email: string, given = password, more: { deviceToken?: string; address?: string } = {}) {
  const { deviceToken = null, address = randomUUID() } = more;
  return signInByPassword(database.app, passwords, {
    email,
    password: given,
    address,
    deviceToken,
    origin: unknownOrigin,
  });
}

async function signedIn(email: string, given = password): Promise<OpenedSession> {
  const outcome = await signIn(email, given);
  if (outcome.type !== "signedIn") throw new Error(outcome.type);
  return outcome.session;
}

const isOpen = async ({ token }: OpenedSession) => (await resolveSession(database.app, token)) !== null;

test("the first owner takes the local tenant over, by a link that works once", async () => {
  const local = await ensureLocalUser(database.app, "Local user");
  const links = await Promise.all([1, 2, 3].map(() => createFirstOwnerLink(database.withTenant, local, 60)));
  const owner = {
    name: "Ada",
    email: "Ada@Example.org",
    passwordHash: await passwords.hash(password),
    tenantName: "Ada & Co",
  };
  expect(await hasAccounts(database.app)).toBe(false);
  expect(await claimFirstOwner(database.app, "made up", owner)).toBeNull();
  const claims = await Promise.all(links.map((link) => claimFirstOwner(database.app, link, owner)));
  const [session] = claims.filter((claim) => claim !== null);
  expect(claims.filter((claim) => claim === null)).toHaveLength(2);
  expect(session).toMatchObject({ ...local, ended: [] });
  expect(await hasAccounts(database.app)).toBe(true);
  expect((await resolveSession(database.app, session?.token ?? ""))?.principal).toMatchObject({
    ...{ ...local, name: "Ada", role: "owner" },
  });
  expect(await ensureLocalUser(database.app, "Local user")).toEqual(local);
  const late = await createFirstOwnerLink(database.withTenant, local, 60);
  expect(await claimFirstOwner(database.app, late, owner)).toBeNull();
  expect((await signedIn(" ada@example.ORG ")).tenantId).toBe(local.tenantId);
});

test("a password is right or wrong, and nobody is told what else was wrong", async () => {
  const { email, userId } = await addPerson(await database.addTenant());
  expect(await signIn(email)).toMatchObject({ type: "signedIn", session: { userId, ended: [] } });
  expect(await signIn(email, "correct horse batterY")).toEqual({ type: "wrong" });
  expect(await signIn(newEmail())).toEqual({ type: "wrong" });
  // As another keyboard makes the same letter.
  const { token } = await invite(await database.addTenant());
  const by = { type: "password", passwordHash: await passwords.hash("cafe\u0301 cafe\u0301 cafe") } as const;
  const accented = newEmail();
  await joinAsNew(database.app, token, { name: "x", email: accented, by });
  expect(await signIn(accented, "café café cafe")).toMatchObject({ type: "signedIn" });
});

test("strangers use up their own attempts, and not those of a browser that is known", async () => {
  const { email } = await addPerson(await database.addTenant());
  const first = await signIn(email);
  const deviceToken = first.type === "signedIn" ? first.deviceToken : "";
  // From many addresses at once, as those do who have many.
  const tried = await Promise.all(Array.from({ length: 14 }, () => signIn(email, "a guess at it")));
  expect(tried.filter(({ type }) => type === "wrong")).toHaveLength(10);
  for (const outcome of tried.filter(({ type }) => type !== "wrong")) {
    expect(outcome).toEqual({
      type: "tooOften",
      retryAfterSeconds: expect.toSatisfy((wait: number) => wait > 0 && wait <= 300),
    });
  }
  expect(await signIn(email)).toMatchObject({ type: "tooOften" });
  expect(await signIn(email, password, { deviceToken })).toMatchObject({ type: "signedIn", deviceToken });
  // What is right does not count, so that it can be right any number of times.
  for (let round = 0; round < 12; round += 1) {
    expect(await signIn(email, password, { deviceToken })).toMatchObject({ type: "signedIn" });
  }
  // Somebody else's browser is known for somebody else.
  const other = await addPerson(await database.addTenant());
  await Promise.all(Array.from({ length: 10 }, () => signIn(other.email, "a guess at it")));
  expect(await signIn(other.email, password, { deviceToken })).toMatchObject({ type: "tooOften" });
});

test("an address that tries many accounts is held up, and an account that is not there like one that is", async () => {
  const address = randomUUID();
  let tried = 0;
  while ((await signIn(newEmail(), "a guess at it", { address })).type === "wrong" && tried < 60) tried += 1;
  // One comes back every 20 s, should this machine be that slow.
  expect(tried).toBeGreaterThanOrEqual(30);
  expect(tried).toBeLessThan(60);
  const nobody = newEmail();
  for (let round = 0; round < 10; round += 1) expect(await signIn(nobody)).toEqual({ type: "wrong" });
  expect(await signIn(nobody)).toMatchObject({ type: "tooOften" });
});

test("attempts that count no more, and browsers that are never seen, are forgotten; the others stay", async () => {
  const job = forgetSignInAttempts(database.log);
  const person = await addPerson(await database.addTenant());
  const device = await signIn(person.email);
  await signIn(person.email, "a guess at it");
  const count = () =>
    database.administer(async (sql) => {
      const [row] = await sql<[{ attempts: string; devices: string }]>`
        select (select count(*) from sign_in_attempts) as attempts, (select count(*) from known_devices) as devices`;
      return [Number(row.attempts), Number(row.devices)];
    });
  const [attempts = 0, devices = 0] = await count();
  await job.run();
  expect((await count())[1]).toBe(devices);
  await database.administer(async (sql) => {
    await sql`update sign_in_attempts set used_until = now() - interval '1 s'`;
    await sql`update known_devices set seen_at = now() - interval '401 days'`;
  });
  expect(attempts).toBeGreaterThan(0);
  await job.run();
  expect(await count()).toEqual([0, 0]);
  expect(device.type).toBe("signedIn");
});

test("a changed password ends every other session, in all tenants, and the browsers that were known", async () => {
  const [here, there] = [await database.addTenant(), await database.addTenant()];
  const person = await addPerson(here);
  const elsewhere = await joinBySession(
    database.app,
    (await invite(there)).token,
    (await signedIn(person.email)).token,
  );
  if (elsewhere.type !== "signedIn") throw new Error(elsewhere.type);
  const device = await signIn(person.email);
  const before = (await readOwnAccount(database.app, person.token))?.passwordHash ?? null;
  const next = await passwords.hash("another horse battery");
  const ended = await changePassword(database.app, person.token, before, next);
  expect(ended).toContain(elsewhere.session.sessionId);
  expect(ended).not.toContain(person.sessionId);
  expect([await isOpen(person), await isOpen(elsewhere.session)]).toEqual([true, false]);
  expect(await signIn(person.email)).toEqual({ type: "wrong" });
  expect(await changePassword(database.app, person.token, before, next)).toBeNull();
  await Promise.all(Array.from({ length: 10 }, () => signIn(person.email, "a guess at it")));
  const deviceToken = device.type === "signedIn" ? device.deviceToken : "";
  expect(await signIn(person.email, "another horse battery", { deviceToken })).toMatchObject({ type: "tooOften" });
});

test("of sign-ins beside a change of the password none stays open", async () => {
  const person = await addPerson(await database.addTenant());
  const before = (await readOwnAccount(database.app, person.token))?.passwordHash ?? null;
  const next = await passwords.hash("another horse battery");
  const attempts = Array.from({ length: 8 }, () => signIn(person.email));
  const changed = changePassword(database.app, person.token, before, next);
  const sessions = (await Promise.all(attempts)).flatMap((outcome) =>
    outcome.type === "signedIn" ? [outcome.session] : [],
  );
  await changed;
  for (const session of sessions) expect(await isOpen(session)).toBe(false);
  expect(await isOpen(person)).toBe(true);
});

test("sessions are listed over all tenants and ended one by one or all but one, one's own only", async () => {
  const tenant = await database.addTenant();
  const person = await addPerson(tenant);
  const [second, third] = [await signedIn(person.email), await signedIn(person.email)];
  const stranger = await addPerson(tenant);
  const listed = await listOwnSessions(database.app, second.token);
  expect(listed.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
    [third.sessionId, false],
    [second.sessionId, true],
    [person.sessionId, false],
  ]);
  expect(listed[2]).toMatchObject({ tenantName: "a tenant", userAgent: "a browser", seenAtMs: null });
  await resolveSession(database.app, second.token);
  expect((await listOwnSessions(database.app, second.token))[1]?.seenAtMs).not.toBeNull();
  for (const id of [stranger.sessionId, randomUUID(), "made up"]) {
    expect(await endOwnSessions(database.app, second.token, { id })).toEqual([]);
  }
  expect(await endOwnSessions(database.app, second.token, { id: third.sessionId })).toEqual([third.sessionId]);
  expect(await endOwnSessions(database.app, second.token, "others")).toEqual([person.sessionId]);
  expect(await endOwnSessions(database.app, "made up", "others")).toEqual([]);
  expect([await isOpen(second), await isOpen(third), await isOpen(person), await isOpen(stranger)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("an invitation brings one person in, with its role, while it lasts", async () => {
  const tenant = await database.addTenant();
  const { token, invitation } = await invite(tenant, "viewer");
  expect(await readInvitation(database.app, token)).toMatchObject({
    tenantName: "a tenant",
    role: "viewer",
    invitedBy: "a person",
  });
  const by = { type: "password", passwordHash: await passwords.hash(password) } as const;
  const people = Array.from({ length: 5 }, () => joinAsNew(database.app, token, { name: "x", email: newEmail(), by }));
  const outcomes = (await Promise.all(people)).map(({ type }) => type);
  expect(outcomes.toSorted()).toEqual([...Array(4).fill("notFound"), "signedIn"]);
  expect((await listMembers(database.withTenant, tenant.tenantId)).map(({ role }) => role).toSorted()).toEqual([
    "owner",
    "viewer",
  ]);
  expect(await readInvitation(database.app, token)).toBeNull();
  expect(await revokeInvitation(database.withTenant, tenant.tenantId, invitation.id, bySystem)).toBe(false);

  const [revoked, expired] = [await invite(tenant), await invite(tenant, "member", -1)];
  const stranger = await database.addTenant();
  expect(await revokeInvitation(database.withTenant, stranger.tenantId, revoked.invitation.id, bySystem)).toBe(false);
  expect((await listInvitations(database.withTenant, tenant.tenantId)).map(({ id }) => id)).toEqual([
    revoked.invitation.id,
  ]);
  expect(await revokeInvitation(database.withTenant, tenant.tenantId, revoked.invitation.id, bySystem)).toBe(true);
  for (const closed of [revoked.token, expired.token, "made up"]) {
    expect(await readInvitation(database.app, closed)).toBeNull();
    expect(await joinAsNew(database.app, closed, { name: "x", email: newEmail(), by })).toEqual({
      type: "notFound",
    });
  }
});

test("whoever has an account joins as that, and an address is nobody else's", async () => {
  const [here, there] = [await database.addTenant(), await database.addTenant()];
  const person = await addPerson(here);
  const { token } = await invite(there);
  const by = { type: "password", passwordHash: await passwords.hash("a password of mine") } as const;
  const email = person.email.toUpperCase();
  expect(await joinAsNew(database.app, token, { name: "x", email, by })).toEqual({ type: "accountExists" });
  expect(await joinBySession(database.app, token, "made up")).toEqual({ type: "signedOut" });
  const joined = await joinBySession(database.app, token, person.token);
  expect(joined).toMatchObject({
    type: "signedIn",
    session: { tenantId: there.tenantId, userId: person.userId, ended: [person.sessionId] },
  });
  const { token: session } = joined.type === "signedIn" ? joined.session : person;
  const again = await invite(there, "owner");
  expect(await joinBySession(database.app, again.token, session)).toEqual({ type: "alreadyMember" });
  expect(await readInvitation(database.app, again.token)).not.toBeNull();
});

test("a session belongs to one tenant; going to another is another session", async () => {
  const [here, there, foreign] = [await database.addTenant(), await database.addTenant(), await database.addTenant()];
  const person = await addPerson(here);
  const joined = await joinBySession(database.app, (await invite(there, "viewer")).token, person.token);
  if (joined.type !== "signedIn") throw new Error(joined.type);
  const tenants = await listOwnTenants(database.app, joined.session.token);
  expect(new Map(tenants.map(({ id, role, isCurrent }) => [id, [role, isCurrent]]))).toEqual(
    new Map([
      [here.tenantId, ["member", false]],
      [there.tenantId, ["viewer", true]],
    ]),
  );
  for (const tenantId of [foreign.tenantId, randomUUID()]) {
    expect(await switchTenant(database.app, joined.session.token, tenantId)).toBeNull();
  }
  const back = await switchTenant(database.app, joined.session.token, here.tenantId);
  expect(back).toMatchObject({ tenantId: here.tenantId, ended: [joined.session.sessionId] });
  expect(await isOpen(joined.session)).toBe(false);
  // The next sign-in goes where the person was last.
  expect((await signedIn(person.email)).tenantId).toBe(here.tenantId);
  expect(await foundTenant(database.app, back?.token ?? "", "mine")).toBeNull();
  const owner = await addPerson(here, "owner");
  const founded = await foundTenant(database.app, owner.token, "A new one");
  expect((await resolveSession(database.app, founded?.token ?? ""))?.principal).toMatchObject({
    role: "owner",
    tenantId: founded?.tenantId,
  });
  expect(await isOpen(owner)).toBe(false);
});

test("an owner stays, also when two leave together", async () => {
  for (let round = 0; round < 8; round += 1) {
    const tenant = await database.addTenant();
    const second = await addPerson(tenant, "owner");
    const leave = ({ userId }: { readonly userId: string }) =>
      changeMember(database.withTenant, tenant.tenantId, userId, null, bySystem);
    const outcomes = await Promise.all([tenant, second].map(leave));
    expect(outcomes.toSorted()).toEqual(["changed", "lastOwner"]);
  }
});

test("the last owner stays one, and nobody of another tenant is changed", async () => {
  const tenant = await database.addTenant();
  const change = (userId: string, role: Role | null) =>
    changeMember(database.withTenant, tenant.tenantId, userId, role, bySystem);
  const [owner] = await listMembers(database.withTenant, tenant.tenantId);
  expect(await change(owner?.userId ?? "", "member")).toBe("lastOwner");
  // Of a role that somebody has already no line is written, and no connection is ended.
  expect(await change(owner?.userId ?? "", "owner")).toBe("unchanged");
  expect(await change(randomUUID(), "owner")).toBe("notFound");
  const stranger = await database.addTenant();
  expect(await change(stranger.userId, null)).toBe("notFound");
});

test("who leaves takes sessions and invitations along; who has another role is told of", async () => {
  const tenant = await database.addTenant();
  const person = await addPerson(tenant, "owner");
  const invitation = await invite({ tenantId: tenant.tenantId, userId: person.userId });
  const principal = (await resolveSession(database.app, person.token))?.principal;
  if (principal === undefined) throw new Error("no session");
  expect(await staleCredentials(database.app, [principal])).toEqual([]);
  await changeMember(database.withTenant, tenant.tenantId, person.userId, "member", bySystem);
  expect(await staleCredentials(database.app, [principal])).toEqual([{ id: person.sessionId, change: "role" }]);
  expect((await resolveSession(database.app, person.token))?.principal.role).toBe("member");
  expect(await readInvitation(database.app, invitation.token)).toBeNull();
  await changeMember(database.withTenant, tenant.tenantId, person.userId, null, bySystem);
  expect(await staleCredentials(database.app, [principal])).toEqual([{ id: person.sessionId, change: "ended" }]);
  expect(await isOpen(person)).toBe(false);
  expect(await signIn(person.email)).toEqual({ type: "noTenant" });
});

test("a provider's word opens the account it was connected with, and an address only where both sides are vouched for", async () => {
  const tenant = await database.addTenant();
  const person = await addPerson(tenant);
  const subject = randomUUID();
  const identity = (more: Partial<ExternalIdentity> = {}): ExternalIdentity => ({
    ...{ issuer: "https://id.example", subject, name: "Ada", email: person.email, emailVerified: true, ...more },
  });
  // The account's own address is only what its maker wrote.
  expect(await signInByIdentity(database.app, identity())).toEqual({ type: "proofNeeded" });
  expect(await signInByIdentity(database.app, identity({ emailVerified: false }))).toEqual({ type: "noAccount" });
  expect(await connectIdentity(database.app, "made up", identity())).toBe("signedOut");
  expect(await connectIdentity(database.app, person.token, identity())).toBe("connected");
  expect(await connectIdentity(database.app, person.token, identity())).toBe("connected");
  expect(await connectIdentity(database.app, person.token, identity({ subject: "another" }))).toBe("taken");
  const other = await addPerson(tenant);
  expect(await connectIdentity(database.app, other.token, identity())).toBe("taken");
  const signed = await signInByIdentity(database.app, identity({ email: null }));
  expect(signed).toMatchObject({ type: "signedIn", session: { userId: person.userId } });
  // Vouched for now; another issuer that vouches for it too is believed.
  const second = identity({ issuer: "https://other.example", subject: randomUUID() });
  expect(await signInByIdentity(database.app, { ...second, emailVerified: false })).toEqual({
    type: "noAccount",
  });
  expect(await signInByIdentity(database.app, second)).toMatchObject({
    type: "signedIn",
    session: { userId: person.userId },
  });
  expect(await signInByIdentity(database.app, identity({ subject: "a namesake" }))).toEqual({
    type: "noAccount",
  });
});

test("a link of the operator's sets a new password, once, and ends everything", async () => {
  const person = await addPerson(await database.addTenant());
  expect(await createPasswordLink(database.app, newEmail(), 60)).toBeNull();
  const link = (await createPasswordLink(database.app, person.email.toUpperCase(), 60)) ?? "";
  const next = await passwords.hash("another horse battery");
  expect(await spendPasswordLink(database.app, "made up", next)).toBeNull();
  const session = await spendPasswordLink(database.app, link, next);
  expect(session).toMatchObject({ userId: person.userId, ended: [person.sessionId] });
  expect(await spendPasswordLink(database.app, link, next)).toBeNull();
  expect(await signIn(person.email)).toEqual({ type: "wrong" });
  expect(await signIn(person.email, "another horse battery")).toMatchObject({ type: "signedIn" });
});

test("no secret of a person or an invitation is stored as it is", async () => {
  const tenant = await database.addTenant();
  const person = await addPerson(tenant);
  const device = await signIn(person.email);
  const { token } = await invite(tenant);
  const text = await database.administer(async (sql) => {
    const rows = await sql<{ row: string }[]>`
      select s::text as row from sessions s union all select i::text from invitations i union all select k::text from known_devices k
      union all select a::text from accounts a union all select b::text from sign_in_attempts b`;
    return rows.map(({ row }) => row).join("\n");
  });
  const secrets = [person.token, token, password, device.type === "signedIn" ? device.deviceToken : "x"];
  for (const secret of secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString("hex"));
  }
  expect(text).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  expect(await resolveAccessToken(database.app, person.token)).toBeNull();
});
