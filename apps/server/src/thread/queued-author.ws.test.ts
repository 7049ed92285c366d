/** A message waits longer than its author may speak: it is nobody's word any more before somebody who may makes it theirs. */
import { expect } from "vitest";
import { addTeam } from "../testing/add-team.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { prompt, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const roles = { ada: "owner", bo: "member", cy: "member" } as const;

interface Said {
  readonly clientId: string;
  readonly author: { readonly name: string };
}

/** What people said, in its order, and who. */
async function said(client: TestClient, threadId: string): Promise<readonly string[]> {
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  const items: (Said & { type: string })[] = thread.turns.flatMap(({ items }: { items: unknown[] }) => items);
  return items
    .filter(({ type }) => type === "userMessage")
    .map(({ clientId, author }) => `${author.name}: ${clientId}`);
}

const add = (client: TestClient, threadId: string, key: string) =>
  client.request("thread/queue/add", { threadId, clientUserMessageId: key, input: prompt([says(`Did ${key}.`)]) });

for (const [how, end] of Object.entries({
  "whose grant has ended": (owner: TestClient, threadId: string, userId: string) =>
    owner.request("skein/thread/grant/set", { threadId, userId, level: "read" }),
  "who has left": (owner: TestClient, _: string, userId: string) => owner.request("skein/member/remove", { userId }),
})) {
  test(`a message of somebody ${how} does not start, others do, and whoever starts it says it`, async ({
    server,
    join,
  }) => {
    const { ada, bo, cy } = await addTeam(server.database, roles);
    const owner = await join({ replay: true, token: ada.token });
    const bos = await join({ replay: true, token: bo.token });
    const cys = await join({ replay: true, token: cy.token });
    const threadId = await startThread(bos);
    await bos.request("skein/thread/grant/set", { threadId, userId: cy.userId, level: "prompt" });
    await startTurn(bos, threadId, saysAround("busy", "Busy", "."));
    await server.model.gateReached("busy");
    await add(cys, threadId, "of Cy");
    await add(bos, threadId, "of Bo");
    await end(owner, threadId, cy.userId);

    server.model.releaseGate("busy");
    await expect.poll(() => said(bos, threadId)).toEqual([expect.anything(), "bo: of Bo"]);
    const warned = bos.frames.filter((frame) =>
      JSON.stringify(frame).includes("cy may not write in this thread any more"),
    );
    expect(warned).toHaveLength(1);
    const { data } = await bos.request("thread/queue/list", { threadId });
    expect(data).toMatchObject([{ clientUserMessageId: "of Cy" }]);

    await owner.request("thread/queue/start", { threadId, queuedSubmissionId: data[0].id, steer: true });
    await expect.poll(() => said(bos, threadId)).toEqual([expect.anything(), "bo: of Bo", "ada: of Cy"]);
  });
}
