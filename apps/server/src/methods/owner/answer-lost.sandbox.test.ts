/** An owner takes an answer to an approval and goes away before it can say so: the answer has won, and is not called late. */
import { expect } from "vitest";
import type { Bus } from "../../bus/bus.ts";
import { clusterTest } from "../../testing/cluster-test.ts";
import { completedItems, startThread, startTurn } from "../../testing/conversation.ts";
import { runs, saysAround } from "../../testing/prompts.ts";
import { startRemoteRunner } from "../../testing/remote-workspaces.ts";
import { startTestCluster } from "../../testing/start-test-cluster.ts";

let losesReplies = false;

/** Requests arrive; what is replied to them does not, while `losesReplies`. */
function deaf(bus: Bus): Bus {
  return {
    get state() {
      return bus.state;
    },
    publish: (subject, encode) => bus.publish(subject, encode),
    subscribe: (subject, listener) => bus.subscribe(subject, listener),
    request: async (...request) => {
      const reply = await bus.request(...request);
      return losesReplies && reply.type === "reply" ? { type: "silence" } : reply;
    },
    answer: (subject, handler) => bus.answer(subject, handler),
    close: () => bus.close(),
  };
}

const test = clusterTest(async () => {
  const runner = await startRemoteRunner();
  const cluster = await startTestCluster(2, deaf, runner.environment);
  return { ...cluster, stop: () => cluster.stop().finally(() => runner.stop()) };
});

test("the next owner finds the answer in the log", async ({ cluster, join }) => {
  const [owner, elsewhere] = [await join(0), await join(1, { replay: true })];
  const threadId = await startThread(owner, { approvalPolicy: "untrusted" });
  await elsewhere.request("thread/resume", { threadId, replay: { cursor: null } });
  await startTurn(
    owner,
    threadId,
    [runs("echo once >> lost.txt; cat lost.txt")],
    saysAround("taken", "Half", " done."),
  );
  const { id } = await elsewhere.asked();
  losesReplies = true;
  elsewhere.send({ id, result: { decision: "accept" } });
  await owner.notified("item/agentMessage/delta");
  expect(completedItems(owner).filter(({ type }) => type === "commandExecution")).toMatchObject([
    { aggregatedOutput: "once\n" },
  ]);
  await cluster.nodes[0]?.stop();
  losesReplies = false;
  // Answers of a connection are taken in their order: when this one is refused, the one before it is settled.
  elsewhere.send({ id: `approval-${threadId}`, result: { decision: "accept" } });
  expect(await elsewhere.notified("skein/approval/notAccepted")).toMatchObject({ reason: "unknown" });
  elsewhere.send({ id, result: { decision: "accept" } });
  elsewhere.send({ id, result: { decision: "decline" } });
  expect(await elsewhere.notified("skein/approval/notAccepted")).toEqual({ requestId: id, reason: "alreadyResolved" });
  expect(elsewhere.notifications("skein/approval/notAccepted")).toHaveLength(2);
  await cluster.model.gateReached("taken", 2);
  cluster.model.releaseGate("taken");
  cluster.model.releaseGate("taken");
  await elsewhere.next((frame) => JSON.stringify(frame).includes('"turn/completed"'));
});
