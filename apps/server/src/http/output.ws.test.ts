import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { createAccessToken } from "../identity/access-tokens.ts";
import { completedItems, startThread } from "../testing/conversation.ts";
import { test } from "../testing/server-test.ts";
import { accessToken, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

const lines = 20_000;
const whole = Array.from({ length: lines }, (_, index) => `${index + 1} é\n`).join("");

/** A thread in which a command has printed far more than a row holds. */
async function commandOf(client: TestClient) {
  const threadId = await startThread(client);
  await client.request("thread/shellCommand", { threadId, command: `seq ${lines} | sed 's/$/ é/'` });
  await client.notified("turn/completed");
  const [item] = completedItems(client);
  return { threadId, item, path: `/threads/${threadId}/items/${item.id}/output` };
}

function get({ app }: TestServer, path: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(new URL(path, app.address.url), { headers: { authorization: `Bearer ${accessToken}`, ...headers } });
}

test("the output of a command is downloaded whole and in parts, as a file that no browser runs", async ({
  join,
  server,
}) => {
  const { path, item } = await commandOf(await join());
  expect(item).toMatchObject({ type: "commandExecution", aggregatedOutput: whole });
  const answer = await get(server, path);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename="${item.id}.txt"`,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "accept-ranges": "bytes",
  });
  expect((await answer.text()) === whole).toBe(true);

  const bytes = Buffer.from(whole);
  const part = await get(server, path, { range: "bytes=100000-100009" });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100000-100009/${bytes.length}`]);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100_000, 100_010));
  const beyond = await get(server, path, { range: `bytes=${bytes.length}-` });
  expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
  const unsure = await get(server, path, { range: "bytes=0-1", "if-range": '"anything"' });
  expect([unsure.status, (await unsure.text()).length]).toEqual([200, whole.length]);
});

test("somebody else's output is answered like none, and nobody's like a closed door", async ({ join, server }) => {
  const { threadId, item, path } = await commandOf(await join());
  const stranger = await server.database.addTenant();
  const { secret } = await createAccessToken(server.database.withTenant, stranger, { name: "stranger" });
  const foreign = { authorization: `Bearer ${secret}` };
  const paths = [
    path,
    `/threads/${randomUUID()}/items/${item.id}/output`,
    `/threads/${threadId}/items/none/output`,
    "/threads/x/items/y/output",
  ];
  const answers: Response[] = [];
  for (const one of paths) answers.push(await get(server, one, foreign));
  answers.push(await get(server, paths[1] ?? ""), await get(server, paths[2] ?? ""));
  const shown = await Promise.all(
    answers.map(async (answer) => {
      const { date: _, ...headers } = Object.fromEntries(answer.headers);
      return { status: answer.status, headers, body: await answer.text() };
    }),
  );
  expect(shown[0]).toMatchObject({ status: 404, body: '{"error":"not found"}' });
  for (const other of shown) expect(other).toEqual(shown[0]);
  expect((await get(server, path, { authorization: "" })).status).toBe(401);
});
