import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type Given, methodRows } from "../../apps/server/src/borders/testing/method-rows.ts";
import { openPool } from "../../apps/server/src/database/pools.ts";
import { type Json, RpcSocket } from "../client/rpc-socket.ts";
import { runTurn } from "../client/turn.ts";
import { median, percentile } from "../report/percentile.ts";
import { neighbourOf } from "../server/neighbouring-ids.ts";
import type { RunningServer } from "../server/server.ts";
import { databaseOf } from "../server/skein-database.ts";
import type { Figure, Scenario } from "./scenario.ts";

const rounds = 40;

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
  title: `${rounds} times each call that takes a thread's id, for another's and for nobody's`,
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

async function compare(who: string, client: RpcSocket, theirs: string): Promise<readonly Figure[]> {
  const calls = callsOf(theirs);
  // Asked as often as the other, so that whatever remembers anything remembers both.
  const nobodys = neighbourOf(theirs);
  const all = { theirs: [] as number[], nobodys: [] as number[] };
  const shares: { readonly method: string; readonly share: number }[] = [];
  for (const call of calls) {
    const own = { theirs: [] as number[], nobodys: [] as number[] };
    for (let round = 0; round < rounds + 5; round += 1) {
      const both = round % 2 === 0 ? (["theirs", "nobodys"] as const) : (["nobodys", "theirs"] as const);
      for (const whose of both) {
        const ms = await timed(client, call, whose === "theirs" ? theirs : nobodys);
        if (round >= 5) own[whose].push(ms);
      }
    }
    shares.push({ method: call.method, share: shareSlower(own.theirs, own.nobodys) });
    all.theirs.push(...own.theirs);
    all.nobodys.push(...own.nobodys);
  }
  const furthest = shares.toSorted((one, other) => Math.abs(other.share - 0.5) - Math.abs(one.share - 0.5))[0];
  console.error(`${who}: ${shares.length} calls; furthest from 50 %: ${furthest?.method}`);
  const figure = (name: string, value: number): Figure => ({ name: `${who}: ${name}`, value, unit: "ms" });
  return [
    figure("somebody's, median", median(all.theirs)),
    figure("nobody's, median", median(all.nobodys)),
    figure("somebody's, p95", percentile(all.theirs, 0.95)),
    figure("nobody's, p95", percentile(all.nobodys, 0.95)),
    { name: `${who}: somebody's slower, of all pairs`, value: 100 * shareSlower(all.theirs, all.nobodys), unit: "%" },
    { name: `${who}: the same of the method furthest from 50`, value: 100 * (furthest?.share ?? 0.5), unit: "%" },
  ];
}

async function timed(client: RpcSocket, { method, paramsFor }: Call, threadId: string): Promise<number> {
  const params = paramsFor(threadId);
  const startedAt = performance.now();
  await client.request(method, params).catch(() => {});
  return performance.now() - startedAt;
}

/** Of pairs of one of each, in how many the first took longer: 0.5 when nothing can be told from the time. */
function shareSlower(one: readonly number[], other: readonly number[]): number {
  let slower = 0;
  for (const left of one) for (const right of other) slower += left > right ? 1 : left === right ? 0.5 : 0;
  return slower / (one.length * other.length);
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
async function addPeople(server: RunningServer, threadId: string): Promise<Readonly<Record<string, string>>> {
  const sql = openPool(await databaseOf(server), "skein_owner", { maxConnections: 1, silenceMs: null });
  try {
    const [row] = await sql`select tenant_id from threads where id = ${threadId}`;
    const elsewhere = randomUUID();
    await sql`insert into tenants (id, name) values (${elsewhere}, 'another team')`;
    const add = async (tenantId: string, role: string) => {
      const [userId, secret] = [randomUUID(), `skein_pat_${randomBytes(32).toString("base64url")}`];
      await sql`insert into users (id, name) values (${userId}, 'somebody')`;
      await sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, ${role})`;
      await sql`insert into access_tokens (tenant_id, id, user_id, token_hash, name, prefix, scopes)
        values (${tenantId}, ${randomUUID()}, ${userId}, ${createHash("sha256").update(secret).digest()}, 'bench', 'bench',
          ${"{read,prompt,approve,manage}"}::text[])`;
      return secret;
    };
    return { "same team": await add(String(row?.tenant_id), "member"), "another team": await add(elsewhere, "owner") };
  } finally {
    await sql.end();
  }
}
