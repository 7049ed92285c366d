import { type Given, methodRows } from "../../apps/server/src/borders/testing/method-rows.ts";
import { type Json, RpcSocket } from "../client/rpc-socket.ts";
import { runTurn } from "../client/turn.ts";
import { median, percentile } from "../report/percentile.ts";
import { withPeople } from "../server/add-people.ts";
import { neighbourOf } from "../server/neighbouring-ids.ts";
import type { RunningServer } from "../server/server.ts";
import type { Figure, Scenario } from "./scenario.ts";

const rounds = 40;
/** Of so many calls some lie far from the middle by chance alone: these are asked again, often enough to tell. */
const suspects = 4;
const roundsOfSuspects = 400;

interface Call {
  readonly method: string;
  paramsFor(threadId: string): Json;
}

/**
 * How long "that is not yours" takes beside "there is no such thing". Each method that takes the id of a thread is asked for one of
 * somebody else's and for one that nobody has, in turning order, by a member of the same tenant and by somebody of another.
 */
export const notYours: Scenario = {
  name: "not-yours",
  title: `${rounds} times each call that takes a thread's id, for another's and for nobody's; ${roundsOfSuspects} times the most suspect`,
  onlySkein: true,
  measure: async ({ server, connect }) => {
    const owner = await connect();
    const { thread } = await owner.request("thread/start", { environments: [] });
    await runTurn(owner, thread.id, [{ type: "say", deltas: ["An answer."] }]);
    const people = await addPeople(server, thread.id);
    const figures: Figure[] = [];
    for (const [who, secret] of Object.entries(people)) {
      const headers = { authorization: `Bearer ${secret}` };
      const client = await RpcSocket.connect({ url: server.url, headers }, { replay: true });
      figures.push(...(await compare(who, client, thread.id)));
      client.close();
    }
    owner.close();
    return figures;
  },
};

interface Pair {
  readonly theirs: number[];
  readonly nobodys: number[];
}

async function compare(who: string, client: RpcSocket, theirs: string): Promise<readonly Figure[]> {
  const all: Pair = { theirs: [], nobodys: [] };
  const looked: { readonly call: Call; readonly share: number }[] = [];
  for (const call of callsOf(theirs)) {
    const pair = await sample(client, call, theirs, rounds);
    looked.push({ call, share: shareSlower(pair) });
    all.theirs.push(...pair.theirs);
    all.nobodys.push(...pair.nobodys);
  }
  const again: typeof looked = [];
  for (const { call, share } of looked.toSorted(byDistance).slice(0, suspects)) {
    const anew = shareSlower(await sample(client, call, theirs, roundsOfSuspects));
    again.push({ call, share: anew });
    console.error(`${who}, ${call.method}: ${percent(share)}, then of ${roundsOfSuspects} ${percent(anew)}`);
  }
  const figure = (name: string, value: number): Figure => ({ name: `${who}: ${name}`, value, unit: "ms" });
  return [
    figure("somebody's, median", median(all.theirs)),
    figure("nobody's, median", median(all.nobodys)),
    figure("somebody's, p95", percentile(all.theirs, 0.95)),
    figure("nobody's, p95", percentile(all.nobodys, 0.95)),
    { name: `${who}: somebody's slower, of all pairs`, value: 100 * shareSlower(all), unit: "%" },
    {
      name: `${who}: the furthest from 50 of the ${suspects} most suspect, asked again`,
      value: 100 * (again.toSorted(byDistance)[0]?.share ?? 0.5),
      unit: "%",
    },
  ];
}

const byDistance = (one: { readonly share: number }, other: { readonly share: number }) =>
  Math.abs(other.share - 0.5) - Math.abs(one.share - 0.5);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** For the one as often as for the other, in turning order, so that whatever remembers anything remembers both. */
async function sample(client: RpcSocket, call: Call, theirs: string, count: number): Promise<Pair> {
  const nobodys = neighbourOf(theirs);
  const pair: Pair = { theirs: [], nobodys: [] };
  for (let round = 0; round < count + 5; round += 1) {
    const both = round % 2 === 0 ? (["theirs", "nobodys"] as const) : (["nobodys", "theirs"] as const);
    for (const whose of both) {
      const ms = await timed(client, call, whose === "theirs" ? theirs : nobodys);
      if (round >= 5) pair[whose].push(ms);
    }
  }
  return pair;
}

async function timed(client: RpcSocket, { method, paramsFor }: Call, threadId: string): Promise<number> {
  const params = paramsFor(threadId);
  const startedAt = performance.now();
  await client.request(method, params).catch(() => {});
  return performance.now() - startedAt;
}

/** Of pairs of one of each, in how many the first took longer: 0.5 when nothing can be told from the time. */
function shareSlower({ theirs, nobodys }: Pair): number {
  let slower = 0;
  for (const left of theirs) for (const right of nobodys) slower += left > right ? 1 : left === right ? 0.5 : 0;
  return slower / (theirs.length * nobodys.length);
}

/** What the border tests try, as far as it names the thread. */
function callsOf(threadId: string): readonly Call[] {
  const uuid = "00000000-0000-7000-8000-000000000000";
  const names = [
    ...(["tenantId", "userId", "turnId", "itemId", "requestId", "queuedSubmissionId", "processId", "tokenId"] as const),
    ...(["sessionId", "invitationId", "shareLinkId", "workspaceId", "workspaceName", "clientThreadId"] as const),
    ...(["clientUserMessageId", "invitationSecret", "replayCursor", "pageCursor", "listCursor"] as const),
  ];
  const ids = Object.fromEntries(names.map((name) => [name, uuid]));
  const given = { ...ids, threadId, ownThreadId: uuid, cwd: "/w", hostPath: "/w" } as unknown as Given;
  return Object.entries(methodRows).flatMap(([method, row]) => {
    const calls = (row.calls as (given: Given) => readonly Json[])(given);
    const text = calls.map((params) => JSON.stringify(params ?? null));
    return text
      .filter((params) => params.includes(`"threadId":"${threadId}"`))
      .map((params) => ({ method, paramsFor: (id: string) => JSON.parse(params.replaceAll(threadId, id)) }));
  });
}

/** A member of the owner's tenant, and an owner of another. Gives their access tokens. */
function addPeople(server: RunningServer, threadId: string): Promise<Readonly<Record<string, string>>> {
  return withPeople(server, async ({ addTenant, addMember, tenantOf }) => ({
    "same team": await addMember(await tenantOf(threadId), "member"),
    "another team": await addMember(await addTenant(), "owner"),
  }));
}
