/** Whatever is sent, in whatever order and on whichever connection, each three times: every key takes effect once. */
import fc from "fast-check";
import { expect } from "vitest";
import { startThread } from "../testing/conversation.ts";
import { test } from "../testing/server-test.ts";
import { Refused, type TestClient } from "../testing/test-client.ts";

const numRuns = Math.max(5, Math.ceil(Number(process.env.SKEIN_TEST_RUNS ?? 0) / 20));

const command = fc.record({
  method: fc.constantFrom("turn/start", "turn/steer"),
  key: fc.constantFrom("a", "b", "c"),
  words: fc.constantFrom("some words", "some words", "other words"),
});
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

const sendings = fc
  .array(command, { minLength: 1, maxLength: 5 })
  .chain((commands) =>
    fc.shuffledSubarray([...commands, ...commands, ...commands], { minLength: commands.length * 3 }),
  );

interface Sent extends Command {
  /** null: refused because of the key's earlier input. */
  readonly turnId: string | null;
}

async function send(client: TestClient, threadId: string, sent: Command): Promise<readonly Sent[]> {
  const { method, key, words } = sent;
  const params = { threadId, clientUserMessageId: key, input: [{ type: "text", text: words, text_elements: [] }] };
  try {
    const steer = { ...params, expectedTurnId: await activeTurn(client, threadId) };
    const result = await client.request(method, method === "turn/steer" ? steer : params);
    return [{ ...sent, turnId: result.turnId ?? result.turn.id }];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (/was used before/.test(error.message)) return [{ ...sent, turnId: null }];
    expect(error.message).toMatch(/active turn/);
    return [];
  }
}

async function activeTurn(client: TestClient, threadId: string): Promise<string> {
  const { data } = await client.request("thread/turns/list", { threadId, limit: 1 });
  return data[0]?.id ?? "none";
}

test("commands resent three times", async ({ join }) => {
  const clients = [await join(), await join()];
  const [client] = clients as [TestClient, TestClient];
  const property = fc.asyncProperty(sendings, async (commands) => {
    const threadId = await startThread(client);
    const answers = commands.map((sent, index) => send(clients[index % 2] ?? client, threadId, sent));
    const sent = (await Promise.all(answers)).flat();
    await client.request("turn/interrupt", { threadId, turnId: "" }).catch(() => {});
    const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
    const said: { key: string; words: string; turnId: string }[] = thread.turns.flatMap(
      (turn: { id: string; items: { type: string; clientId: string; content: { text: string }[] }[] }) =>
        turn.items
          .filter(({ type }) => type === "userMessage")
          .map(({ clientId, content }) => ({ key: clientId, words: content[0]?.text, turnId: turn.id })),
    );
    expect(said.map(({ key }) => key).toSorted()).toEqual([...new Set(sent.map(({ key }) => key))].toSorted());
    for (const { key, words, turnId } of sent) {
      const accepted = said.find((message) => message.key === key);
      expect(turnId).toBe(accepted?.words === words ? accepted.turnId : null);
    }
  });
  await fc.assert(property, { numRuns });
});
