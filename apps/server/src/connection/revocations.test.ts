import { closeCodes } from "@skein/protocol/close-codes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { busOfOneNode, InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import type { Credential } from "../identity/principal.ts";
import { Revocations } from "./revocations.ts";

const checkEveryMs = 30_000;
const session: Credential = { type: "session", sessionId: "session" };
const token: Credential = { type: "accessToken", tokenId: "token" };
const configured: Credential = { type: "configuredToken" };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A node with a connection by each of the credentials; `gone` are those that the database knows to have ended. */
function openNode(credentials: readonly Credential[], bus = busOfOneNode()) {
  const gone = new Set<string>();
  const asked: (readonly string[])[] = [];
  const problems: string[] = [];
  let isAway = false;
  const open = new Map(credentials.map((via) => [via, true]));
  const closed: unknown[] = [];
  const revocations = new Revocations({
    ...{ bus, subjects: subjectsOf("db") },
    connections: () => ({
      credentials: [...open.keys()],
      closeOf: (isMeant, code) => {
        for (const via of [...open.keys()].filter(isMeant)) {
          open.delete(via);
          closed.push([via, code]);
        }
      },
    }),
    ended: async (sessionIds, tokenIds) => {
      asked.push([...sessionIds, ...tokenIds]);
      if (isAway) throw new Error("the database is away");
      return gone;
    },
    report: (problem) => problems.push(problem),
  });
  const away = (whether: boolean) => {
    isAway = whether;
  };
  return { revocations, gone, asked, problems, closed, away };
}

test("without the bus a revoked credential closes its connections at the next check", async () => {
  const { revocations, gone, asked, closed } = openNode([session, token, configured]);
  await vi.advanceTimersByTimeAsync(checkEveryMs);
  expect(asked).toEqual([["session", "token"]]);
  gone.add("token");
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
  const { gone, problems, closed, away } = openNode([session]);
  gone.add("session");
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
