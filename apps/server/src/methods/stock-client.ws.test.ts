/** What the stock terminal client relies on in answers that are otherwise free. */
import { expect } from "vitest";
import { startThread } from "../testing/conversation.ts";
import { helloOf, test } from "../testing/server-test.ts";

test("the first version that the server names is the protocol's: older than the client's is a warning there", async ({
  open,
}) => {
  const { userAgent } = await (await open()).request("initialize", helloOf({}));
  expect(userAgent).toMatch(/^[\w-]+\/0\.169\.0 .*\bskein\/\d/);
});

test("lists of what people started hold Skein's threads, under each name that clients have for them", async ({
  join,
}) => {
  const client = await join();
  const threadId = await startThread(client);
  const list = async (sourceKinds: readonly string[]) => {
    const { data } = await client.request("thread/list", { sourceKinds });
    return data.some(({ id }: { id: string }) => id === threadId);
  };
  expect(await list(["cli", "vscode"])).toBe(true);
  expect(await list(["exec", "appServer"])).toBe(true);
  expect(await list([])).toBe(true);
  expect(await list(["subAgent"])).toBe(false);
});

test("hooks of a thread are those of its directory", async ({ join }) => {
  const client = await join();
  const { thread } = await client.request("thread/start", {});
  const { data } = await client.request("hooks/list", { threadId: thread.id });
  expect(data).toEqual([{ cwd: thread.cwd, hooks: [], warnings: [], errors: [] }]);
});

test("an official method that Skein does not have is not supported; any other is unknown", async ({ join }) => {
  const client = await join();
  const errorOf = async (method: string) => (await client.ask(method, {})).error;
  expect(await errorOf("thread/revert")).toMatchObject({ code: -32600, message: "not supported: thread/revert" });
  expect(await errorOf("nope/unknown")).toMatchObject({
    code: -32600,
    message: expect.stringMatching(/^Invalid request: unknown variant `nope\/unknown`, expected one of `initialize`/),
  });
});
