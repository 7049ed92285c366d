import { expect, test } from "vitest";
import { InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import { FollowersElsewhere } from "./followers-elsewhere.ts";

/** Nodes on one bus by name, each with the threads that are followed there; the database says that `live` are there. */
function nodes(followed: Readonly<Record<string, readonly string[]>>, live: readonly string[]) {
  const hub = new InProcessHub();
  const made = Object.entries(followed).map(([nodeId, threadIds]) => [
    nodeId,
    new FollowersElsewhere({
      ...{ bus: hub.join(), subjects: subjectsOf("db"), nodeId },
      liveNodes: () => live,
      isFollowedHere: (threadId) => threadIds.includes(threadId),
    }),
  ]);
  return Object.fromEntries(made) as Record<"a" | "b" | "c", FollowersElsewhere>;
}

test("followers at other nodes are found, its own the asker knows", async () => {
  const { a, c } = nodes({ a: ["own"], b: [], c: ["far"] }, ["a", "b", "c"]);
  expect(await a.mayFollow("far")).toBe(true);
  expect(await a.mayFollow("own")).toBe(false);
  expect(await c.mayFollow("own")).toBe(true);
  expect(await c.mayFollow("nobody's")).toBe(false);
});

test("a node that is there and does not hear may have followers; one that is gone has none", async () => {
  expect(await nodes({ a: [], b: [] }, ["a", "b", "off the bus"]).a.mayFollow("any")).toBe(true);
  expect(await nodes({ a: [], b: [] }, ["a", "b"]).a.mayFollow("any")).toBe(false);
  expect(await nodes({ a: [] }, []).a.mayFollow("any")).toBe(false);
});

test("a node that is stopping may have followers until the database knows that it has gone", async () => {
  const { a, b } = nodes({ a: [], b: [] }, ["a", "b"]);
  b.stop();
  expect(await a.mayFollow("any")).toBe(true);
});
