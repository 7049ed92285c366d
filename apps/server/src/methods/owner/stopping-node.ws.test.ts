/** While a node lets its commands end, clients of other nodes still reach what runs there. */
import { expect, vi } from "vitest";
import { clusterTest } from "../../testing/cluster-test.ts";
import { startThread, startTurn } from "../../testing/conversation.ts";
import { runs, says } from "../../testing/prompts.ts";
import { startTestCluster } from "../../testing/start-test-cluster.ts";

/** Longer than any test: a command that ends before it has been ended. */
const environment = { SKEIN_STOP_GRACE_SECONDS: "600" };
const test = clusterTest(() => startTestCluster(2, (bus) => bus, environment));

test("a command that a stopping node waits for is interrupted from another node", async ({ cluster, join }) => {
  const [stopping, staying] = cluster.nodes;
  if (stopping === undefined || staying === undefined) throw new Error("there are two nodes");
  const [owner, elsewhere, other] = [await join(0), await join(1), await join(1)];
  const threadId = await startThread(owner);
  await elsewhere.request("thread/resume", { threadId });
  const turnId = await startTurn(owner, threadId, [runs("echo begun; sleep 6000")], [says("Not asked.")]);
  await elsewhere.notified("item/commandExecution/outputDelta");
  const stopped = stopping.stop();
  expect((await owner.closed).code).toBe(1012);
  const { url } = stopping.app.address;
  await vi.waitUntil(
    () =>
      fetch(`${url}/readyz`).then(
        () => false,
        () => true,
      ),
    { timeout: 30_000 },
  );
  // What needs a node that stays waits for one.
  const named = other.request("thread/name/set", { threadId, name: "Handed over" });
  expect(await elsewhere.request("turn/interrupt", { threadId, turnId })).toEqual({});
  expect((await elsewhere.notified("turn/completed")).turn).toMatchObject({ id: turnId, status: "interrupted" });
  await stopped;
  expect(await named).toEqual({});
  expect((await elsewhere.request("thread/read", { threadId })).thread.name).toBe("Handed over");
});
