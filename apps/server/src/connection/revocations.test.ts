import { closeCodes } from "@skein/protocol/close-codes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { busOfOneNode, InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import { type Credential, credentialId, type Principal } from "../identity/principal.ts";
import { Revocations } from "./revocations.ts";

const checkEveryMs = 30_000;
const session: Credential = { type: "session", sessionId: "session" };
const token: Credential = { type: "accessToken", tokenId: "token", scopes: [] };
const configured: Credential = { type: "configuredToken" };

const principalBy = (via: Credential): Principal => ({
  tenantId: "tenant",
  userId: "person",
  role: "owner",
  name: "",
  via,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A node with a connection by each of the credentials. */
function openNode(credentials: readonly Credential[], bus = busOfOneNode()) {
  /** Of credentials that would not open a connection as it is, by their ids. */
  const stale = new Map<string, "ended" | "role">();
  const asked: (readonly string[])[] = [];
  const problems: string[] = [];
  let isAway = false;
  let name: string | null = "";
  let whileAsking = () => {};
  const open = new Set(credentials.map(principalBy));
  const closed: unknown[] = [];
  const revocations = new Revocations({
    ...{ bus, subjects: subjectsOf("db") },
    connections: () => ({
      principals: open,
      closeOf: (isMeant, code) => {
        for (const principal of [...open].filter(isMeant)) {
          open.delete(principal);
          closed.push([principal.via, code]);
        }
      },
    }),
    stale: async (principals) => {
      whileAsking();
      asked.push(principals.map(({ via }) => credentialId(via) ?? ""));
      if (isAway) throw new Error("the database is away");
      return [...stale].map(([id, change]) => ({ id, change }));
    },
    nameOf: async () => name,
    report: (problem) => problems.push(problem),
  });
  const away = (whether: boolean) => {
    isAway = whether;
  };
  const rename = (next: string | null) => {
    name = next;
  };
  /** What a person does whose connections are being asked about. */
  const meanwhile = (act: (connections: Set<Principal>) => void) => {
    whileAsking = () => act(open);
  };
  return { revocations, stale, asked, problems, closed, away, rename, meanwhile };
}

test("without the bus a revoked credential closes its connections at the next check", async () => {
  const { revocations, stale, asked, closed } = openNode([session, token, configured]);
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect(asked).toEqual([["session", "token"]]);
  stale.set("token", "ended");
  await vi.advanceTimersByTimeAsync(checkEveryMs - 1);
  expect(closed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(closed).toEqual([[token, closeCodes.signedOut]]);
  revocations.stop();
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect(asked).toEqual([
    ["session", "token"],
    ["session", "token"],
  ]);
});

test("while the database is away nobody is signed out, and the check after that is as good", async () => {
  const { stale, problems, closed, away } = openNode([session]);
  stale.set("session", "ended");
  away(true);
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect([closed.length, problems.length]).toEqual([0, 1]);
  away(false);
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect(closed).toEqual([[session, closeCodes.signedOut]]);
});

test("a configured token does not end, so there is nothing to ask", async () => {
  const { asked } = openNode([configured]);
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect(asked).toEqual([]);
});

test("with the bus a revocation closes connections of other nodes without a check", async () => {
  const hub = new InProcessHub();
  const [here, there] = [openNode([session], hub.join()), openNode([session, token], hub.join())];
  here.revocations.revoked("session");
  await vi.advanceTimersByTimeAsync(0);
  for (const { closed, asked } of [here, there]) {
    expect(closed).toEqual([[session, closeCodes.signedOut]]);
    expect(asked).toEqual([]);
  }
});

test("who has another role is sent to connect again with it, who has left is signed out, wherever they are", async () => {
  const hub = new InProcessHub();
  const [here, there] = [openNode([session], hub.join()), openNode([token, configured], hub.join())];
  here.stale.set("session", "role");
  there.stale.set("token", "ended");
  here.revocations.memberChanged({ tenantId: "tenant", userId: "another" }, "ended");
  here.revocations.memberChanged({ tenantId: "another", userId: "person" }, "ended");
  await vi.advanceTimersByTimeAsync(0);
  expect([here.closed, there.closed]).toEqual([[], []]);
  here.revocations.memberChanged({ tenantId: "tenant", userId: "person" }, "role");
  await vi.advanceTimersByTimeAsync(0);
  expect(here.closed).toEqual([[session, closeCodes.roleChanged]]);
  // What the configured token opens is the same as ever.
  expect(there.closed).toEqual([[token, closeCodes.signedOut]]);
});

test("who has another name is sent to connect again with it", async () => {
  const { revocations, closed, rename } = openNode([session]);
  rename("Ada");
  revocations.memberChanged({ tenantId: "tenant", userId: "person" }, "role");
  await vi.advanceTimersByTimeAsync(0);
  expect(closed).toEqual([[session, closeCodes.roleChanged]]);
});

test("who is as they were stays: they came back before this node was told, or nothing was different", async () => {
  const { revocations, asked, closed } = openNode([session]);
  for (const change of ["role", "ended"] as const) {
    revocations.memberChanged({ tenantId: "tenant", userId: "person" }, change);
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(asked).toEqual([["session"], ["session"]]);
  expect(closed).toEqual([]);
});

test.for([
  ["role", closeCodes.roleChanged],
  ["ended", closeCodes.signedOut],
] as const)("while the database is away whoever is said to have changed (%s) is closed", async ([change, code]) => {
  const { revocations, problems, closed, away } = openNode([session]);
  away(true);
  revocations.memberChanged({ tenantId: "tenant", userId: "person" }, change);
  await vi.advanceTimersByTimeAsync(0);
  expect([closed, problems.length]).toEqual([[[session, code]], 1]);
});

test("a changed role that the bus did not tell of is found by the check", async () => {
  const { stale, closed } = openNode([session, token]);
  stale.set("session", "role");
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect(closed).toEqual([[session, closeCodes.roleChanged]]);
});

test.for([
  ["the check asks", () => vi.advanceTimersByTimeAsync(checkEveryMs)],
  [
    "a change is looked at",
    async (revocations: Revocations) => {
      revocations.memberChanged({ tenantId: "tenant", userId: "person" }, "role");
      await vi.advanceTimersByTimeAsync(0);
    },
  ],
] as const)("who comes back while %s has the new role, and stays", async ([, ask]) => {
  const { revocations, stale, closed, meanwhile } = openNode([session]);
  stale.set("session", "role");
  meanwhile((connections) => {
    connections.clear();
    connections.add(principalBy(session));
  });
  await ask(revocations);
  expect(closed).toEqual([]);
});
