/** A node stops that alone reaches a workspace: its turn is not left to it meanwhile, with an hour to go until a lease ends. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { describe, expect } from "vitest";
import { clusterTest } from "../testing/cluster-test.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { runs, says, saysAround } from "../testing/prompts.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";

const settings = { SKEIN_LEASE_SECONDS: "3600", SKEIN_RUNNER_PATIENCE_SECONDS: "1" };
const test = clusterTest(() => startTestCluster(2, undefined, settings));

describe.skipIf(!hasBubblewrap)("a node with a runner of its own", () => {
  test("hands over at once, to a node that does without the workspace", async ({ cluster, join }) => {
    const [owner, viewer] = [await join(0), await join(1)];
    const threadId = await startThread(owner);
    await viewer.request("thread/resume", { threadId });
    const turnId = await startTurn(
      owner,
      threadId,
      [...saysAround("left", "Before", " and after."), runs("echo unreached")],
      [says("Without it.")],
    );
    await cluster.model.gateReached("left");
    const [stopping] = cluster.nodes;
    if (stopping === undefined) throw new Error("there are two nodes");
    const stopped = stopping.stop();
    await cluster.model.gateReached("left", 2);
    for (let count = 0; count < 2; count++) cluster.model.releaseGate("left");
    const { turn } = await viewer.notified("turn/completed");
    expect(turn).toMatchObject({ id: turnId, status: "completed" });
    await stopped;
    const { thread } = await viewer.request("thread/read", { threadId, includeTurns: true });
    expect(thread.turns.at(-1).items).toMatchObject([
      { type: "userMessage" },
      { type: "agentMessage" },
      { type: "agentMessage", text: "Before and after." },
      { type: "commandExecution", status: "failed", aggregatedOutput: expect.stringContaining("is away") },
      { type: "agentMessage", text: "Without it." },
    ]);
  });
});
