/** A thread as a file: who gets it, what is hidden in it, and what becomes of what was written to do harm. */
import { expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

const withoutTools = { environments: [] };
const key = "sk-proj-AbCdEfGh1234567890AbCdEf";

function get({ app, accessToken }: TestServer, threadId: string, query: string, token: string = accessToken) {
  return fetch(`${app.address.url}/threads/${threadId}/export?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
}

test("an export is redacted unless a member asks otherwise, and by a link always", async ({ server, join }) => {
  const client = await join();
  const threadId = await startThread(client, withoutTools);
  await client.request("thread/name/set", { threadId, name: "Ein Spaziergang – été" });
  await runTurn(client, threadId, [says(`The key is ${key}.`)]);
  const { path } = await client.request("skein/share/create", { threadId, title: "Shared" });
  const token = String(path).split("#")[1] ?? "";
  for (const format of ["markdown", "html", "json"]) {
    const redacted = await get(server, threadId, `format=${format}`);
    expect(redacted.headers.get("content-disposition")).toMatch(
      /^attachment; filename="Ein-Spaziergang-e-te\.(md|html|json)"$/,
    );
    const hidden = await redacted.text();
    expect(hidden).toContain("The key is [redacted]");
    expect(hidden).not.toContain(key);
    expect(await (await get(server, threadId, `format=${format}&redacted=no`)).text()).toContain(key);
    const byLink = await (await get(server, threadId, `format=${format}&redacted=no`, token)).text();
    expect(byLink).toContain("The key is [redacted]");
    expect(byLink).not.toContain(key);
  }
  const other = await startThread(client, withoutTools);
  expect((await get(server, other, "format=json", token)).status).toBe(404);
  expect((await get(server, threadId, "format=json", "skein_share_never")).status).toBe(401);
  expect((await get(server, threadId, "format=pdf")).status).toBe(400);
  expect((await get(server, "0199a000-0000-7000-8000-000000000001", "format=json")).status).toBe(404);
  const lines = await server.database.administer(
    (sql) => sql`select actor_type from audit_lines where action = 'thread.exported' order by id`,
  );
  expect(new Set(lines.map(({ actor_type }) => actor_type))).toEqual(new Set(["user", "link"]));
});

test("an export of a frozen link ends where the link does", async ({ server, join }) => {
  const client = await join();
  const threadId = await startThread(client, withoutTools);
  await runTurn(client, threadId, [says("Before.")]);
  const { path } = await client.request("skein/share/create", { threadId, title: "Frozen", isLive: false });
  await runTurn(client, threadId, [says("After.")]);
  const { turns, title } = (await (await get(server, threadId, "format=json", String(path).split("#")[1])).json()) as {
    turns: { parts: { text: string }[] }[];
    title: string;
  };
  expect(title).toBe("Frozen");
  expect(turns.map(({ parts }) => parts.at(-1)?.text)).toEqual(["Before."]);
});

test("what was written is text in every format, and no fence or tag of it ends anything", async ({ server, join }) => {
  const client = await join();
  const threadId = await startThread(client, withoutTools);
  const hostile = "</div></section><script>alert(1)</script><img src=x onerror=alert(1)> \u202e````";
  await runTurn(client, threadId, [says(hostile)]);
  const html = await (await get(server, threadId, "format=html&redacted=no")).text();
  expect(html).not.toMatch(/<script|<img|\u202e/);
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).toContain("default-src 'none'");
  const json = (await (await get(server, threadId, "format=json&redacted=no")).json()) as {
    turns: { parts: { text: string }[] }[];
  };
  expect(json.turns[0]?.parts.at(-1)?.text).toBe(hostile);
});

test("a thread of many pages is whole and in order", async ({ server, join }) => {
  const client = await join();
  const threadId = await startThread(client, withoutTools);
  const count = 120;
  for (let index = 0; index < count; index++) await runTurn(client, threadId, [says(`Answer ${index}.`)]);
  const { turns } = (await (await get(server, threadId, "format=json")).json()) as {
    turns: { parts: { text: string }[] }[];
  };
  expect(turns.map(({ parts }) => parts.at(-1)?.text)).toEqual(
    Array.from({ length: count }, (_, index) => `Answer ${index}.`),
  );
});
