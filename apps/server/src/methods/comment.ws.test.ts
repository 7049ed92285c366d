/** What people say to each other in a thread: seen by all who read it, by nobody else, and never by the agent. */
import { expect } from "vitest";
import { createAccessToken } from "../identity/access-tokens.ts";
import { addTeam } from "../testing/add-team.ts";
import { clusterTest } from "../testing/cluster-test.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { says, saysAround } from "../testing/prompts.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";
import { Refused } from "../testing/test-client.ts";
import { framedEvents, joinAsViewer } from "../testing/viewer.ts";

const test = clusterTest(() => startTestCluster(2));
const roles = { ada: "owner", bo: "member", cy: "member", di: "viewer" } as const;
const withoutTools = { environments: [] };
const follow = (client: TestClient, threadId: string) =>
  client.request("thread/resume", {
    ...{ threadId, excludeTurns: true, replay: { cursor: null } },
    initialTurnsPage: { limit: 10, itemsView: "full" },
  });
/** A turn to its end. */
async function plays(client: TestClient, threadId: string, answer: string): Promise<void> {
  const turnId = await startTurn(client, threadId, [says(answer)]);
  await client.notified("skein/thread/events", ({ events }) =>
    events.some(
      ({ method, params }: { method: string; params: { turn?: { id: string } } }) =>
        method === "turn/completed" && params.turn?.id === turnId,
    ),
  );
}
const saidIn = (page: { data: { extras: { comments: { text: string }[] } }[] }) =>
  page.data.flatMap(({ extras }) => extras.comments.map(({ text }) => text));
const heard = (client: TestClient, text: string) =>
  client.notified("skein/thread/events", ({ events }) =>
    events.some(
      ({ method, params }: { method: string; params: { comment?: { text: string } } }) =>
        method === "skein/thread/comment/added" && params.comment?.text === text,
    ),
  );

test("a comment is an event of the thread on every node, once, while a turn runs and while none does", async ({
  cluster,
  join,
}) => {
  const { bo, di } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const dis = await join(1, { replay: true, token: di.token });
  const plain = await join(0, { token: bo.token });
  const threadId = await startThread(bos, withoutTools);
  const add = (client: TestClient, text: string, more: object = {}) =>
    client.request("skein/thread/comment/add", { threadId, text, ...more });
  await expect(add(bos, "Too early")).rejects.toThrow(/no such turn/);
  await plain.request("thread/resume", { threadId });
  await plays(bos, threadId, "An answer.");
  await bos.request("skein/thread/grant/set", { threadId, userId: di.userId, level: "read" });
  await follow(dis, threadId);
  // Of a viewer of the team, who may not even prompt, and through the node that does not own the thread.
  const { comment } = await add(dis, "Well said.", { clientCommentId: "once" });
  expect(comment).toMatchObject({ text: "Well said.", author: { userId: di.userId, name: "di", isViewer: false } });
  await heard(bos, "Well said.");
  expect((await add(dis, "Well said.", { clientCommentId: "once" })).comment.id).toBe(comment.id);
  await expect(add(dis, "Otherwise", { clientCommentId: "once" })).rejects.toThrow(/different input/);
  const turnId = await startTurn(bos, threadId, saysAround("commented", "Half of it, ", "and the rest."));
  await cluster.model.gateReached("commented");
  await add(bos, "While it works");
  await heard(dis, "While it works");
  await add(dis, "On the first", { turnId: comment.turnId });
  cluster.model.releaseGate("commented");
  await bos.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes("turn/completed"));
  const { initialTurnsPage } = await follow(bos, threadId);
  expect(saidIn(initialTurnsPage)).toEqual(["While it works", "Well said.", "On the first"]);
  expect(initialTurnsPage.data[0].id).toBe(turnId);
  // The agent has heard nothing of it, and a client that asked for nothing neither.
  await plays(bos, threadId, "Again.");
  expect(JSON.stringify(cluster.model.requests)).not.toMatch(/Well said|While it works|On the first/);
  expect(JSON.stringify(plain.frames)).not.toMatch(/Well said|skein\/thread/);
});

test("one deletes one's own, and who manages the thread any; whoever comes later sees it no more", async ({
  cluster,
  join,
}) => {
  const { bo, cy, di } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const cys = await join(1, { replay: true, token: cy.token });
  const dis = await join(1, { replay: true, token: di.token });
  const threadId = await startThread(bos, withoutTools);
  await plays(bos, threadId, "An answer.");
  for (const { userId } of [cy, di]) await bos.request("skein/thread/grant/set", { threadId, userId, level: "read" });
  const add = async (client: TestClient, text: string): Promise<string> =>
    (await client.request("skein/thread/comment/add", { threadId, text })).comment.id;
  const ids = [await add(cys, "number 0"), await add(cys, "number 1"), await add(dis, "number 2")] as const;
  const remove = (client: TestClient, commentId: string) =>
    client.request("skein/thread/comment/delete", { threadId, commentId });
  await expect(remove(dis, ids[0])).rejects.toBeInstanceOf(Refused);
  await follow(dis, threadId);
  await Promise.all([remove(cys, ids[0]), remove(cys, ids[0])]);
  await dis.notified("skein/thread/events", ({ events }) =>
    events.some(({ params }: { params: { commentId?: string } }) => params.commentId === ids[0]),
  );
  await remove(bos, ids[2]);
  await remove(bos, ids[2]);
  expect(saidIn((await follow(cys, threadId)).initialTurnsPage)).toEqual(["number 1"]);
  const [tombstones] = await cluster.database.administer(
    (sql) => sql`select count(*)::int from thread_events where thread_id = ${threadId} and type = 'comment.deleted'`,
  );
  expect(tombstones?.count).toBe(2);
  // A copy begins without, and its log is whole.
  const { thread: copy } = await bos.request("thread/fork", { threadId });
  expect(saidIn((await follow(bos, copy.id)).initialTurnsPage)).toEqual([]);
  const left = await cluster.database.administer(
    (sql) => sql`select payload::text from thread_events where thread_id = ${copy.id} and type like 'comment.%'`,
  );
  expect(left.map(({ payload }) => payload)).toEqual(Array.from({ length: 5 }, () => "{}"));
});

test("by a link comments are read redacted and signed, on what the link shows; a token that only reads adds none", async ({
  cluster,
  join,
}) => {
  const { bo } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const threadId = await startThread(bos, withoutTools);
  await plays(bos, threadId, "An answer.");
  const { path } = await bos.request("skein/share/create", { threadId, title: "Shared" });
  const { url } = (cluster.nodes[0] as (typeof cluster.nodes)[number]).app.address;
  const stranger = await joinAsViewer(url, path);
  await follow(stranger, threadId);
  await expect(stranger.request("skein/thread/comment/add", { threadId, text: "Me too" })).rejects.toThrow(
    /not for this link/,
  );
  // What members say is shown to viewers redacted, signed, and without their ids.
  const secret = "sk-proj-AbCdEfGh1234567890AbCdEf";
  await bos.request("skein/thread/comment/add", { threadId, text: `The key is ${secret}` });
  await heard(stranger, "The key is [redacted]");
  const [shown] = framedEvents(stranger).filter(({ method }) => method === "skein/thread/comment/added");
  expect(shown.params.comment.author).toEqual({ userId: null, name: "bo", isViewer: false });
  expect(saidIn((await follow(stranger, threadId)).initialTurnsPage)).toEqual(["The key is [redacted]"]);
  expect(JSON.stringify(stranger.frames)).not.toContain(secret);
  expect(JSON.stringify(stranger.frames)).not.toContain(bo.userId);
  stranger.socket.terminate();

  const later = await bos.request("skein/share/create", { threadId, title: "From here", withHistory: false });
  const late = await joinAsViewer(url, later.path);
  await follow(late, threadId);
  await bos.request("skein/thread/comment/add", { threadId, text: "On what is hidden" });
  await plays(bos, threadId, "Something new.");
  await bos.request("skein/thread/comment/add", { threadId, text: "On what is shown" });
  await heard(late, "On what is shown");
  expect(JSON.stringify(late.frames)).not.toContain("On what is hidden");
  late.socket.terminate();

  const [holder] = await cluster.database.administer(
    (sql) => sql`select tenant_id, user_id from members where user_id = ${bo.userId}`,
  );
  const terms = { name: "reads", scopes: ["read"] as const };
  const who = { tenantId: holder?.tenant_id, userId: holder?.user_id };
  const { secret: token } = await createAccessToken(cluster.database.withTenant, who, terms);
  const reader = await join(1, { replay: true, token });
  await expect(reader.request("skein/thread/comment/add", { threadId, text: "No" })).rejects.toThrow(/this token/);
  const exported = await fetch(`${url}/threads/${threadId}/export?format=markdown`, {
    headers: { authorization: `Bearer ${bo.token}` },
  });
  expect(await exported.text()).toMatch(/\*\*Comment by bo\*\*.*The key is \[redacted\]/s);
});
