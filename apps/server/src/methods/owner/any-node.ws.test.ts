/** Any node serves any client: what only the owner of a thread can do is done there, and answered as if it were here. */
import { expect } from "vitest";
import { test } from "../../testing/cluster-test.ts";
import { outline, runTurn, startThread, startTurn } from "../../testing/conversation.ts";
import { isAnswer } from "../../testing/frame.ts";
import { prompt, runs, says, saysAround } from "../../testing/prompts.ts";
import type { TestClient } from "../../testing/test-client.ts";

const withoutTools = { environments: [] };

/** A thread of the first client's node, which the second follows from its own. */
async function shared(owner: TestClient, elsewhere: TestClient, params: object = withoutTools): Promise<string> {
  const threadId = await startThread(owner, params);
  await elsewhere.request("thread/resume", { threadId });
  return threadId;
}

test("a turn started at another node runs at the owner's, in the order that clients know", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere);
  const before = elsewhere.frames.length;
  expect((await runTurn(elsewhere, threadId, [says("From afar.")])).status).toBe("completed");
  const far = outline(elsewhere.frames.slice(before));
  const next = owner.frames.length;
  await owner.notified("turn/completed");
  expect((await runTurn(owner, threadId, [says("From near.")])).status).toBe("completed");
  expect(far).toEqual(outline(owner.frames.slice(next)));
  expect(far[0]).toBe("answer");
});

test("a turn is steered and interrupted from another node", async ({ cluster, join }) => {
  const [owner, elsewhere] = [await join(0), await join(2)];
  const threadId = await shared(owner, elsewhere);
  const turnId = await startTurn(owner, threadId, saysAround("far-steer", "Wait", "ed."), [says("Steered.")]);
  await elsewhere.notified("item/agentMessage/delta");
  const steer = { threadId, expectedTurnId: turnId, input: prompt(), clientUserMessageId: "far-steer" };
  expect(await elsewhere.request("turn/steer", steer)).toEqual({ turnId });
  cluster.model.releaseGate("far-steer");
  await elsewhere.notified("turn/completed");
  const second = await startTurn(owner, threadId, saysAround("never", "For", "ever"));
  await elsewhere.notified("item/agentMessage/delta");
  expect(await elsewhere.request("turn/interrupt", { threadId, turnId: second })).toEqual({});
  expect((await owner.notified("turn/completed", ({ turn }) => turn.id === second)).turn.status).toBe("interrupted");
  const lines = await cluster.database.administer(
    (sql) => sql`select action, details ->> 'as' as said, address from audit_lines
      where thread_id = ${threadId} and action in ('prompt.given', 'turn.interrupted') order by at`,
  );
  // Where people are is told wherever what they do is done.
  expect(lines.map(({ action, said, address }) => [action, said, address])).toEqual([
    ["prompt.given", "turn", "127.0.0.1"],
    ["prompt.given", "steer", "127.0.0.1"],
    ["prompt.given", "turn", "127.0.0.1"],
    ["turn.interrupted", null, "127.0.0.1"],
  ]);
});

test("an approval is answered from another node, and the first answer wins", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere, { approvalPolicy: "untrusted" });
  await startTurn(owner, threadId, [runs("echo approved > asked.txt; cat asked.txt")], [says("Done.")]);
  const { id } = await elsewhere.asked();
  elsewhere.send({ id, result: { decision: "accept" } });
  await owner.notified("serverRequest/resolved");
  owner.send({ id, result: { decision: "decline" } });
  const { item } = await owner.notified("item/completed", ({ item }) => item.type === "commandExecution");
  expect(item).toMatchObject({ status: "completed", aggregatedOutput: "approved\n" });
  await elsewhere.notified("turn/completed");
});

test("an answer of megabytes comes from another node as well", async ({ cluster, join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere);
  await startTurn(owner, threadId, saysAround("long answer", "Wait", "ed."));
  const input = [{ type: "text", text: "長".repeat(1_000_000), text_elements: [] }];
  const added = { threadId, clientUserMessageId: "long", input };
  const { queuedSubmission } = await elsewhere.request("thread/queue/add", added);
  expect(queuedSubmission.input).toEqual(added.input);
  await owner.request("thread/queue/delete", { threadId, queuedSubmissionId: queuedSubmission.id });
  cluster.model.releaseGate("long answer");
  await elsewhere.notified("turn/completed");
});

test("a refusal is the owner's, byte for byte", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere);
  for (const [method, params] of [
    ["turn/interrupt", { threadId, turnId: "" }],
    ["turn/steer", { threadId, expectedTurnId: "x", input: prompt() }],
    ["turn/start", { threadId, input: [], cwd: "/nowhere/at/all" }],
    ["thread/name/set", { threadId, name: "x".repeat(501) }],
    ["thread/queue/delete", { threadId, queuedSubmissionId: "none" }],
  ] as const) {
    const [near, far] = [await owner.ask(method, params), await elsewhere.ask(method, params)];
    expect(JSON.stringify({ ...far, id: 0 })).toBe(JSON.stringify({ ...near, id: 0 }));
  }
});

test("what a connection asks about a thread of another node happens in its order", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere);
  const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
  const asked = names.map((name) => elsewhere.ask("thread/name/set", { threadId, name }));
  const read = elsewhere.request("thread/read", { threadId });
  await Promise.all(asked);
  expect((await read).thread.name).toBe("name 19");
  await elsewhere.notified("thread/name/updated", ({ threadName }) => threadName === "name 19");
  const told = elsewhere.notifications("thread/name/updated").map(({ params }) => params.threadName);
  expect(told).toEqual(names);
});

test("settings, archive, fork and deletion work from another node", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere);
  await elsewhere.request("thread/resume", { threadId, approvalPolicy: "never" });
  await owner.notified("thread/settings/updated");
  expect((await owner.request("thread/resume", { threadId })).approvalPolicy).toBe("never");
  await runTurn(elsewhere, threadId, [says("Kept.")]);
  const { thread: fork } = await elsewhere.request("thread/fork", { threadId });
  expect(fork.forkedFromId).toBe(threadId);
  const turnId = await startTurn(owner, fork.id, [says("In the fork.")]);
  expect((await elsewhere.notified("turn/completed", ({ turn }) => turn.id === turnId)).turn.status).toBe("completed");
  await elsewhere.request("thread/archive", { threadId });
  await owner.notified("thread/archived", (params) => params.threadId === threadId);
  await elsewhere.request("thread/unarchive", { threadId });
  await elsewhere.request("thread/delete", { threadId });
  await owner.notified("thread/deleted", (params) => params.threadId === threadId);
  expect((await owner.ask("thread/read", { threadId })).error?.message).toContain("thread not loaded");
});

test("a prompt of several megabytes reaches the owner", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await shared(owner, elsewhere);
  const image = { type: "image", url: `data:image/png;base64,${"A".repeat(3_000_000)}` };
  const input = [...prompt([says("I see.")]), image];
  await elsewhere.request("turn/start", { threadId, input });
  const { turn } = await elsewhere.notified("turn/completed");
  expect(turn.status).toBe("completed");
});

test("revoking a token closes what is open under it on every node", async ({ join }) => {
  const owner = await join(0);
  const { secret, token } = await owner.request("skein/token/create", { name: "elsewhere" });
  const elsewhere = await join(1, { token: secret });
  await owner.request("skein/token/revoke", { tokenId: token.id });
  expect((await elsewhere.closed).code).toBe(4401);
});

test("the threads that are loaded are those of all nodes, each once", async ({ join }) => {
  const [first, second] = [await join(0), await join(1)];
  const started = [await startThread(first, withoutTools), await startThread(second, withoutTools)];
  await second.request("thread/resume", { threadId: started[0] });
  for (const client of [first, second]) {
    const { data } = await client.request("thread/loaded/list", {});
    expect(data.filter((id: string) => started.includes(id)).sort()).toEqual([...started].sort());
  }
});

test("operators see the nodes and the bus", async ({ cluster, join }) => {
  const client = await join(0);
  const { gauges } = await client.request("server/diagnostics", {});
  const names = gauges.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["skein.nodes.live", "skein.lease.ageMs", "skein.bus.connected"]));
  const metrics = await (await fetch(`${cluster.nodes[0]?.app.address.url}/metrics`)).text();
  expect(metrics).toMatch(/^skein_bus_connected 1$/m);
  expect(metrics).toMatch(/^skein_lease_age_seconds /m);
});

test("when a node stops, its threads go on at whichever node is asked", async ({ cluster, join }) => {
  const [leaving, staying] = [await join(2), await join(1)];
  const threadId = await shared(leaving, staying);
  await runTurn(leaving, threadId, [says("Here.")]);
  await cluster.nodes[2]?.stop();
  const before = staying.frames.length;
  expect((await runTurn(staying, threadId, [says("There.")])).status).toBe("completed");
  expect(staying.frames.slice(before).filter((frame) => isAnswer(frame) && frame.error)).toEqual([]);
});
