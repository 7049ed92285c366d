/** Who follows a thread, as its people see it: on several nodes, by links, and until it ends. */
import { expect } from "vitest";
import { addTeam } from "../testing/add-team.ts";
import { clusterTest } from "../testing/cluster-test.ts";
import { startThread } from "../testing/conversation.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";
import { joinAsViewer } from "../testing/viewer.ts";

const test = clusterTest(() => startTestCluster(2));
const roles = { ada: "owner", bo: "member", cy: "member" } as const;

interface People {
  readonly who: string;
  readonly kind: string;
  readonly name?: string;
  readonly count: number;
  readonly typing: boolean;
}

const wordsOf = (people: readonly People[]) =>
  people.map(({ name, kind, count, typing }) => `${name ?? `${count} ${kind}`}${typing ? " writes" : ""}`);

/** Resolves when the client has been told that just these follow the thread. */
const sees = (client: TestClient, ...expected: readonly string[]) =>
  client.notified("skein/thread/presence", ({ people }) => wordsOf(people).join() === expected.join());

const follow = (client: TestClient, threadId: string) =>
  client.request("thread/resume", { threadId, excludeTurns: true, replay: { cursor: null } });

test("members see one another by name, on whichever node, and who writes; it ends with the grant, and with the connection", async ({
  cluster,
  join,
}) => {
  const { bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, presence: true, token: bo.token });
  const cys = await join(1, { replay: true, presence: true, token: cy.token });
  const threadId = await startThread(bos);
  await sees(bos, "bo");
  await bos.request("skein/thread/grant/set", { threadId, userId: cy.userId, level: "read" });
  await follow(cys, threadId);
  await Promise.all([sees(bos, "bo", "cy"), sees(cys, "bo", "cy")]);
  await cys.request("skein/thread/typing", { threadId, typing: true });
  await sees(bos, "bo", "cy writes");
  await cys.request("skein/thread/typing", { threadId, typing: false });
  await sees(bos, "bo", "cy");
  await bos.request("skein/thread/grant/set", { threadId, userId: cy.userId, level: null });
  await sees(bos, "bo");
  const heard = cys.frames.length;
  await bos.request("skein/thread/typing", { threadId, typing: true });
  await sees(bos, "bo writes");
  expect(cys.frames.slice(heard).map((frame) => JSON.stringify(frame))).not.toContainEqual(
    expect.stringContaining("skein/thread/presence"),
  );
  const again = await join(1, { replay: true, presence: true, token: bo.token });
  await follow(again, threadId);
  await bos.notified("skein/thread/presence", ({ people }) => people[0].count === 2);
  await again.close();
  await bos.notified("skein/thread/presence", ({ people }) => people[0].count === 1);
});

test("viewers by a link are counted, learn how many there are and no name, and are gone when it is revoked", async ({
  cluster,
  join,
}) => {
  const [near, far] = cluster.nodes;
  const { bo } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, presence: true, token: bo.token });
  const threadId = await startThread(bos);
  const { path, link } = await bos.request("skein/share/create", { threadId, title: "Seen" });
  const viewers = [near, far].map(async (node) => joinAsViewer(node?.app.address.url ?? "", path, {}, true));
  for (const viewer of await Promise.all(viewers)) await follow(viewer, threadId);
  const [one, two] = await Promise.all(viewers);
  if (one === undefined || two === undefined) throw new Error("there are two viewers");
  await Promise.all([
    sees(bos, "bo", "2 viewer"),
    sees(one, "1 member", "2 viewer"),
    sees(two, "1 member", "2 viewer"),
  ]);
  // Who is nobody writes nothing.
  await one.request("skein/thread/typing", { threadId, typing: true });
  await two.close();
  await sees(bos, "bo", "1 viewer");
  expect(JSON.stringify([one, two].map(({ frames }) => frames))).not.toContain(bo.userId);
  await bos.request("skein/share/revoke", { threadId, linkId: link.id });
  await sees(bos, "bo");
});

test("a client that asks for no extension is seen and hears nothing; nobody is seen who was not let in", async ({
  cluster,
  join,
}) => {
  const { ada, bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, presence: true, token: bo.token });
  const threadId = await startThread(bos);
  const plain = await join(0, { token: ada.token });
  await plain.request("thread/resume", { threadId });
  const stranger = await join(0, { replay: true, presence: true, token: cy.token });
  expect((await stranger.ask("thread/resume", { threadId })).error).toBeDefined();
  await sees(bos, "ada", "bo");
  await plain.request("thread/unsubscribe", { threadId });
  await sees(bos, "bo");
  expect([...plain.notifications(), ...stranger.notifications()].map(({ method }) => method)).not.toContain(
    "skein/thread/presence",
  );
});
