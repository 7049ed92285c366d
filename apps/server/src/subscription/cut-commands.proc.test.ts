/** What a client sends over a network that fails in either direction takes effect exactly once, and in order. */
import type { SkeinClient } from "@skein/client/skein-client";
import fc from "fast-check";
import { expect } from "vitest";
import { test } from "../testing/cut-test.ts";
import type { Fate } from "../testing/cutting-proxy.ts";
import { reached } from "../testing/open-store.ts";
import { prompt, runs, says } from "../testing/prompts.ts";

const seed = Number(process.env.SKEIN_TEST_SEED ?? Date.now());

/** Breaks on the way there or on the way back, during the hello or soon after it. */
const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ cutAfterSentBytes: fc.integer({ min: 200, max: 1_500 }) }),
  fc.record({ cutAfterBytes: fc.integer({ min: 100, max: 6_000 }) }),
  fc.record({ cutAfterMessages: fc.integer({ min: 1, max: 8 }) }),
);

/** So many connections fail; those after them hold. */
function fates(failing: number): (connection: number) => Fate {
  const drawn = fc.sample(fate, { numRuns: failing, seed });
  return (connection) => drawn[connection - 1] ?? {};
}

async function messagesOf(client: SkeinClient, threadId: string): Promise<readonly (string | null)[]> {
  const { data } = await client.request("thread/items/list", { threadId, limit: 100, sortDirection: "asc" });
  return data.flatMap(({ item }) => (item.type === "userMessage" ? [item.clientId] : []));
}

async function lastOutput(client: SkeinClient, threadId: string): Promise<string | null> {
  const { data } = await client.request("thread/items/list", { threadId, limit: 100, sortDirection: "asc" });
  const commands = data.flatMap(({ item }) => (item.type === "commandExecution" ? [item] : []));
  return commands.at(-1)?.aggregatedOutput ?? null;
}

test("messages and new threads", async ({ join }) => {
  const { client: witness } = await join();
  const { client, proxy } = await join(fates(60));
  const wanted = Array.from({ length: 6 }, () => crypto.randomUUID());
  const started = await Promise.all(wanted.map((clientThreadId) => client.request("thread/start", { clientThreadId })));
  const threadIds = started.map(({ thread }) => thread.id);
  expect(new Set(threadIds).size).toBe(wanted.length);
  const keys = threadIds.map((threadId) => Array.from({ length: 4 }, (_, index) => `${threadId} ${index}`));
  await Promise.all(
    threadIds.flatMap((threadId, index) =>
      (keys[index] ?? []).map((clientUserMessageId) =>
        client.thread(threadId).startTurn({ input: prompt([says("Yes.")]), clientUserMessageId }),
      ),
    ),
  );
  expect(proxy.cuts, `seed ${seed}`).toBeGreaterThan(0);
  const { data } = await witness.request("thread/list", { limit: 100 });
  expect(data.filter(({ id }) => threadIds.includes(id))).toHaveLength(wanted.length);
  for (const [index, threadId] of threadIds.entries()) {
    const store = witness.openThread(threadId);
    await reached(store, ({ timeline }) => timeline?.activeTurnId === null);
    expect(await messagesOf(witness, threadId), `seed ${seed}`).toEqual(keys[index]);
  }
});

test("decisions on approvals", async ({ join }) => {
  const { client: witness } = await join();
  const { thread, cursor } = await witness.request("thread/start", {
    clientThreadId: crypto.randomUUID(),
    approvalPolicy: "untrusted",
  });
  const counted = 8;
  const calls = Array.from({ length: counted }, (_, index) => [runs(`echo ${index} >> counted.txt`)]);
  const { client, proxy } = await join(fates(60));
  const unlucky = client.thread(thread.id);
  const decided = (async () => {
    for await (const event of unlucky.events({ after: cursor })) {
      if (event.method === "skein/approval/requested") unlucky.answerApproval(event.params.requestId, "accept");
      if (event.method === "turn/completed") return event.params.turn.status;
    }
    return "the events ended";
  })();
  await unlucky.startTurn({
    input: prompt(...calls, [runs("cat counted.txt")], [says("Done.")]),
    clientUserMessageId: crypto.randomUUID(),
  });
  expect(await decided, `seed ${seed}`).toBe("completed");
  expect(proxy.cuts, `seed ${seed}`).toBeGreaterThan(0);
  expect(await lastOutput(witness, thread.id), `seed ${seed}`).toBe(calls.map((_, index) => `${index}\n`).join(""));
  expect(client.answers.getSnapshot().size).toBe(0);
});
