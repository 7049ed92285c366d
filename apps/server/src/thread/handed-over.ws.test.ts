/** A node is stopped in mid-turn: another goes on because it is told, with an hour to go until a lease ends. */
import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "vitest";
import { clusterTest } from "../testing/cluster-test.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { says, saysAround } from "../testing/prompts.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";

const test = clusterTest(() => startTestCluster(2, undefined, { SKEIN_LEASE_SECONDS: "3600" }));

/** A request that the server has begun to read, and whose body never comes. */
async function halfRequest(serverUrl: string) {
  const { hostname, port, host } = new URL(serverUrl);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  const head = ["POST /api/session HTTP/1.1", `Host: ${host}`, "Content-Length: 10", "Expect: 100-continue"];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await once(socket, "data");
  return socket;
}

test("threads do not wait for the next look of another node, nor for clients of the one that stops", async ({
  cluster,
  join,
}) => {
  const [owner, viewer] = [await join(0), await join(1)];
  const threadId = await startThread(owner, { environments: [] });
  await viewer.request("thread/resume", { threadId });
  const turnId = await startTurn(owner, threadId, saysAround("left", "Before", " and after."));
  await cluster.model.gateReached("left");
  const [stopping] = cluster.nodes;
  if (stopping === undefined) throw new Error("there are two nodes");
  const lingering = await halfRequest(stopping.app.address.url);
  const stopped = stopping.stop();
  await cluster.model.gateReached("left", 2);
  for (let count = 0; count < 2; count++) cluster.model.releaseGate("left");
  const { turn } = await viewer.notified("turn/completed");
  expect(turn).toMatchObject({ id: turnId, status: "completed" });
  await stopped;
  lingering.destroy();
  await startTurn(viewer, threadId, [says("Still here.")]);
  await viewer.notified("item/agentMessage/delta", ({ delta }) => delta === "Still here.");
});
