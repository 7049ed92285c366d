/** Fifty turns at once, on two nodes, against a budget for ten calls. */
import { expect } from "vitest";
import { clusterTest } from "../testing/cluster-test.ts";
import { heard, startThread } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";

const callTokens = 4_010;
const calls = 10;
const turns = 50;

const test = clusterTest(() =>
  startTestCluster(2, undefined, {
    SKEIN_TENANT_POOL: `${calls * callTokens}/-`,
    SKEIN_ANSWER_TOKENS: "10",
    SKEIN_LEASE_SECONDS: "60",
  }),
);

test("as many turns end well as there is budget for, and the others say when it comes back", async ({
  cluster,
  join,
}) => {
  const clients = await Promise.all([join(0), join(1)]);
  cluster.model.answerWith(() => [says("Done."), { type: "usage", inputTokens: callTokens - 10, outputTokens: 10 }]);
  const ended = await Promise.all(
    Array.from({ length: turns }, async (_, index) => {
      const client = clients[index % 2];
      if (client === undefined) throw new Error("there are two nodes");
      const threadId = await startThread(client, { environments: [] });
      const { turn } = await client.request("turn/start", {
        threadId,
        input: [{ type: "text", text: "Go.", text_elements: [] }],
      });
      return (await client.notified("turn/completed", (params) => params.turn.id === turn.id)).turn;
    }),
  );
  const completed = ended.filter(({ status }) => status === "completed");
  const failed = ended.filter(({ status }) => status === "failed");
  expect([completed.length, failed.length]).toEqual([calls, turns - calls]);
  for (const { error } of failed) {
    expect(error).toMatchObject({
      codexErrorInfo: "usageLimitExceeded",
      message: expect.stringMatching(/It comes back at \d{4}-\d\d-\d\dT[\d:.]+Z\.$/),
    });
  }
  expect(cluster.model.requests).toHaveLength(calls);
  const [client] = clients;
  const { rateLimits, ordinaryUsageAllowed } = (await client.request("account/rateLimits/read")) as never as {
    rateLimits: { primary: { usedPercent: number; resetsAt: number }; rateLimitReachedType: string };
    ordinaryUsageAllowed: boolean;
  };
  expect(rateLimits).toMatchObject({
    primary: { usedPercent: 100, windowDurationMins: 300, resetsAt: expect.any(Number) },
    secondary: null,
    rateLimitReachedType: "rate_limit_reached",
  });
  expect(ordinaryUsageAllowed).toBe(false);
  const sums = await cluster.database.administer(
    (sql) => sql`select count(*)::int as calls, sum(total_tokens)::int as tokens from model_calls`,
  );
  expect([...sums]).toEqual([{ calls, tokens: calls * callTokens }]);
  // Told to all of the person's clients, on whichever node their turns ran.
  for (const each of clients) {
    await heard(each, "account/rateLimits/updated", ({ rateLimits }) => rateLimits.primary?.usedPercent === 100);
  }
});
