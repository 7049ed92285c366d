/** What viewers must not see becomes another list while they look. */
import { expect } from "vitest";
import { clusterTest } from "../../testing/cluster-test.ts";
import { runTurn, startThread, startTurn } from "../../testing/conversation.ts";
import { says, saysAround } from "../../testing/prompts.ts";
import { startTestCluster } from "../../testing/start-test-cluster.ts";
import { framedEvents, joinAsViewer } from "../../testing/viewer.ts";

const test = clusterTest(() =>
  startTestCluster(2, undefined, { SKEIN_SECRET: "a secret that is the same on both nodes" }),
);
const token = "words-that-nobody-takes-for-a-secret";
const withoutTools = { environments: [] };
const fresh = { replay: { cursor: null }, initialTurnsPage: { itemsView: "full" } };
const credential = { scope: "user", name: "mine", host: "git.example.org", username: "ada", token };

test("viewers begin anew by the new list at once, on every node, in the middle of an answer too", async ({
  cluster,
  join,
}) => {
  const owner = await join(0);
  const threadId = await startThread(owner, withoutTools);
  const { path } = await owner.request("skein/share/create", { threadId, title: "Look" });
  await runTurn(owner, threadId, [says(`It is ${token}.`)]);
  await startTurn(owner, threadId, saysAround("meanwhile", `Again ${token}, `, `and once more ${token}.`));
  await owner.notified("item/agentMessage/delta");
  const view = (node: number) => joinAsViewer(cluster.nodes[node]?.app.address.url ?? "", path);
  for (const node of [0, 1]) {
    const viewer = await view(node);
    const opened = await viewer.request("thread/resume", { threadId, ...fresh });
    expect(JSON.stringify(opened.initialTurnsPage)).toContain(token);
    const { credential: kept } = await owner.request("skein/gitCredential/add", credential);
    const { reason } = await viewer.notified("skein/thread/reset");
    expect(reason).toBe("otherIncarnation");
    const again = await viewer.request("thread/resume", {
      threadId,
      ...fresh,
      replay: { cursor: opened.replay.cursor },
    });
    expect(again.replay).toMatchObject({ verdict: "reset", reason: "otherIncarnation" });
    expect(JSON.stringify(again.initialTurnsPage)).toContain("[redacted]");
    expect(JSON.stringify(again.initialTurnsPage)).not.toContain(token);
    // The list of before is back, and so is what it lets through.
    await owner.request("skein/gitCredential/delete", { credentialId: kept.id });
    await viewer.notified("skein/thread/reset");
    const last = await viewer.request("thread/resume", { threadId, ...fresh });
    expect(JSON.stringify(last.initialTurnsPage)).toContain(token);
    await viewer.close();
  }
  const viewer = await view(1);
  await viewer.request("thread/resume", { threadId, ...fresh });
  await owner.request("skein/gitCredential/add", credential);
  await viewer.notified("skein/thread/reset");
  const seen = viewer.frames.length;
  await viewer.request("thread/resume", { threadId, ...fresh });
  cluster.model.releaseGate("meanwhile");
  await viewer.notified("skein/thread/events", ({ events }) =>
    events.some(({ method }: { method: string }) => method === "turn/completed"),
  );
  expect(JSON.stringify(viewer.frames.slice(seen))).not.toContain(token);
  expect(JSON.stringify(framedEvents(viewer))).toContain("[redacted]");
});
