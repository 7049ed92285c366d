/**
 * Every request of the server's across the border: strangers are not asked, and what they answer to a request whose id they know is
 * taken as an answer to one that nobody asked. One test per row of `testing/server-request-rows.ts`.
 */
import { type ServerRequestMethod, serverRequests } from "@skein/protocol/server-requests";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isServerRequest, type ServerRequest } from "../testing/frame.ts";
import { rowsOf } from "./testing/rows-of-tenant.ts";
import { serverRequestRows } from "./testing/server-request-rows.ts";
import { startBorderServer } from "./testing/start-border-server.ts";
import { findLeaks, insiders, leave, outsiders, type Stranger } from "./testing/strangers.ts";
import { openVictim, type Victim } from "./testing/victim.ts";

/** A busy machine takes its time over a whole team with three threads. */
const openingMs = 180_000;

let victim: Victim;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = await startBorderServer();
  victim = await openVictim(server);
  stop = async () => {
    await victim.close();
    await server.stop();
  };
}, openingMs);

afterAll(() => stop());

const names = Object.keys(serverRequests) as ServerRequestMethod[];
const nobodys = "approval-01a1f919-2ccb-7b31-9e9c-38dd111e2607";

test("every request has a row, and no row is left over", () => {
  expect(Object.keys(serverRequestRows).toSorted()).toEqual(names.toSorted());
});

for (const name of names) {
  test(`${name}: strangers are not asked, and cannot answer`, async () => {
    const { server, tenantId, owner, plain } = victim;
    const { thread } = await owner.request("thread/start", {});
    const threadId = thread.id;
    await plain.request("thread/resume", { threadId });
    const strangers = [...(await outsiders(victim)), ...(await insiders(victim))];
    const row = serverRequestRows[name];
    const turnId = await row.provoke({ server, tenantId, owner, plain, threadId });
    const asked = await owner.next((frame) => isServerRequest(frame, name) && frame.params.threadId === threadId);
    const { id } = asked as ServerRequest;
    const before = await rowsOf(server, { tenantId, threadIds: [threadId] });
    for (const stranger of strangers) {
      for (const said of [{ result: row.answer }, { error: { code: -1, message: "no" } }]) {
        const [about, aboutNothing] = [await answers(stranger, id, said), await answers(stranger, nobodys, said)];
        expect([stranger.who, about]).toEqual([stranger.who, aboutNothing]);
      }
    }
    expect(await rowsOf(server, { tenantId, threadIds: [threadId] })).toEqual(before);
    expect(strangers.flatMap(({ client }) => client.frames.filter((frame) => isServerRequest(frame)))).toEqual([]);
    expect(findLeaks(strangers)).toEqual([]);
    // It can still be answered by whom it was meant for.
    const { length } = plain.frames;
    owner.send({ id, result: row.answer });
    const ended = await plain.notified("turn/completed", ({ turn }) => turn.id === turnId);
    expect(ended.turn.status).toBe("completed");
    expect(JSON.stringify(plain.frames.slice(length))).toContain(JSON.stringify(id));
    leave(strangers);
  });
}

/** What the stranger is told of it; the answer to the request behind it comes later than that. */
async function answers({ client }: Stranger, id: string | number, said: object): Promise<string> {
  const from = client.frames.length;
  client.send({ id, ...said });
  const told = await client.next((frame) => "method" in frame && client.frames.indexOf(frame) >= from);
  const { emittedAtMs, ...rest } = told as unknown as Record<string, unknown>;
  expect(typeof emittedAtMs).toBe("number");
  return JSON.stringify(rest).replaceAll(JSON.stringify(id), '"ID"');
}
