/** Two nodes that each have a runner of their own: a workspace stays with its node, and its threads come back to it. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { openProcessCluster, type ProcessCluster } from "../testing/spawn-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";

interface Shown {
  readonly method: string;
  readonly params: { readonly message?: string; readonly turn?: { readonly id: string } };
}

/** Resolves when the client has been shown such an event. */
function shown(client: TestClient, method: string, matches: (params: Shown["params"]) => boolean = () => true) {
  return client.notified("skein/thread/events", ({ events }: { events: readonly Shown[] }) =>
    events.some((event) => event.method === method && matches(event.params)),
  );
}

const shownEnd = (client: TestClient, turnId: string) =>
  shown(client, "turn/completed", ({ turn }) => turn?.id === turnId);
const isAway = ({ message }: Shown["params"]) =>
  /^The workspace's runner local-\w+ is away \(this node does not know it\); the turn waits for it\.$/.test(
    message ?? "",
  );

async function lastTurn(client: TestClient, threadId: string) {
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  const turn = thread.turns.at(-1);
  return { ...turn, commands: turn.items.filter(({ type }: { type: string }) => type === "commandExecution") };
}

describe.skipIf(!hasBubblewrap)("two nodes with runners of their own", () => {
  let cluster: ProcessCluster;
  beforeAll(async () => {
    // However slow the machine: no living node loses a lease.
    cluster = await openProcessCluster(6);
  });
  afterAll(() => cluster.stop());

  test("a turn whose workspace went with its node waits at another one, and goes on at home when that is back", async () => {
    const [home, other] = [await cluster.start("home"), await cluster.start("other")];
    const [starter, viewer] = [await cluster.join(home), await cluster.join(other)];
    const threadId = await startThread(starter);
    await viewer.request("thread/resume", { threadId });
    const turnId = await startTurn(
      starter,
      threadId,
      [runs("echo once >> runs; echo begun; exec sleep 7654329")],
      [runs("cat runs")],
      [runs("cat runs")],
      [says("Done.")],
    );
    await shown(viewer, "item/commandExecution/outputDelta");
    await home.kill();
    await shown(viewer, "warning", isAway);

    await cluster.start("home");
    await shownEnd(viewer, turnId);
    const turn = await lastTurn(viewer, threadId);
    expect(turn).toMatchObject({ id: turnId, status: "completed" });
    expect(turn.commands).toMatchObject([
      { status: "failed", aggregatedOutput: expect.stringContaining("begun\n") },
      { status: "failed", aggregatedOutput: expect.stringContaining("is away") },
      { status: "completed", aggregatedOutput: "once\n" },
    ]);

    // What is asked of any node is done at home from now on.
    const next = await startTurn(viewer, threadId, [runs("cat runs")], [says("Done.")]);
    await shownEnd(viewer, next);
    expect((await lastTurn(viewer, threadId)).commands).toMatchObject([{ aggregatedOutput: "once\n" }]);
  });

  test("while the workspace's node is away, answers are taken and stored, and an interrupt ends the wait", async () => {
    const [home, other] = [await cluster.start("asks"), await cluster.start("answers")];
    const [starter, viewer] = [await cluster.join(home), await cluster.join(other)];
    await starter.request("skein/workspace/create", { name: "asks" });
    const place = { cwd: "/workspaces/asks", approvalPolicy: "untrusted" };
    const threadId = await startThread(starter, place);
    await viewer.request("thread/resume", { threadId });
    const turnId = await startTurn(starter, threadId, [runs("touch file")], [says("Unheard.")]);
    const { id } = await viewer.asked();
    await home.kill();
    viewer.send({ id, result: { decision: "accept" } });
    await shown(viewer, "serverRequest/resolved");
    await shown(viewer, "warning", isAway);
    expect(viewer.notifications("skein/approval/notAccepted")).toEqual([]);

    await viewer.request("turn/interrupt", { threadId, turnId });
    await shownEnd(viewer, turnId);
    expect(await lastTurn(viewer, threadId)).toMatchObject({ status: "interrupted" });
  });
});
