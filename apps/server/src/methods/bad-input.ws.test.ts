/** Requests that ask for what cannot be: upstream's code and opening words, the field by its name, and nothing half done. */
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const unknownId = "01a1f919-2ccb-7b31-9e9c-38dd111e2607";
const input = [{ type: "text", text: "hello", text_elements: [] }];

async function expectRefusal(
  client: TestClient,
  method: string,
  params: unknown,
  message: RegExp | string,
  code = -32600,
) {
  const { error } = await client.ask(method, params);
  expect({ method, error }).toMatchObject({
    method,
    error: { code, message: typeof message === "string" ? message : expect.stringMatching(message) },
  });
}

test("params that are missing or wrong are named", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const cases: readonly [string, unknown, RegExp | string][] = [
    ["thread/read", undefined, "Invalid request: missing field `params`"],
    ["thread/read", null, "Invalid request: missing field `params`"],
    ["thread/read", {}, /^Invalid request: missing field `threadId`/],
    ["thread/read", { threadId: 5 }, /^Invalid request: invalid type: integer `5`, expected a string/],
    ["thread/read", { threadId: null }, /^Invalid request: invalid type: null, expected a string/],
    ["turn/start", { threadId }, /^Invalid request: missing field `input`/],
    ["turn/start", { threadId, input: "hello" }, /^Invalid request: invalid type: string "hello", expected a sequence/],
    [
      "turn/start",
      { threadId, input: [{ type: "poem" }] },
      /^Invalid request: unknown variant `poem`, expected one of/,
    ],
    [
      "turn/start",
      { threadId, input, approvalPolicy: "bogus" },
      /^Invalid request: unknown variant `bogus`, expected one of .*approvalPolicy/,
    ],
    ["turn/steer", { threadId, input }, /^Invalid request: missing field `expectedTurnId`/],
    ["thread/list", { limit: -1 }, /^Invalid request: .*`limit`/],
    ["thread/list", { sortKey: "age" }, /^Invalid request: unknown variant `age`, expected one of .*`sortKey`/],
    ["thread/name/set", { threadId, name: 7 }, /^Invalid request: invalid type: integer `7`, expected a string/],
    ["thread/start", { sandbox: "jail" }, /^Invalid request: unknown variant `jail`, expected one of/],
    ["nope/unknown", {}, /^Invalid request: unknown variant `nope\/unknown`, expected one of `initialize`/],
  ];
  for (const [method, params, words] of cases) await expectRefusal(client, method, params, words);
  expect((await runTurn(client, threadId, [says("Still here.")])).status).toBe("completed");
});

test("a thread id that is none, and one that nobody has, are said to be so by every method", async ({ join }) => {
  const client = await join();
  const withThread: readonly [string, object, string][] = [
    ["thread/read", {}, `thread not loaded: ${unknownId}`],
    ["thread/resume", {}, `no rollout found for thread id ${unknownId}`],
    ["thread/fork", {}, `no rollout found for thread id ${unknownId}`],
    ["thread/archive", {}, `no rollout found for thread id ${unknownId}`],
    ["thread/unarchive", {}, `no rollout found for thread id ${unknownId}`],
    ["thread/delete", {}, `no rollout found for thread id ${unknownId}`],
    ["thread/name/set", { name: "x" }, `no rollout found for thread id ${unknownId}`],
    ["thread/turns/list", {}, `thread not found: ${unknownId}`],
    ["thread/items/list", {}, `thread not found: ${unknownId}`],
    ["turn/start", { input }, `thread not found: ${unknownId}`],
    ["turn/steer", { input, expectedTurnId: "x" }, `thread not found: ${unknownId}`],
    ["turn/interrupt", { turnId: "x" }, `thread not found: ${unknownId}`],
  ];
  for (const [method, params, words] of withThread) {
    await expectRefusal(client, method, { ...params, threadId: "not-a-uuid" }, /^invalid thread id: /);
    await expectRefusal(client, method, { ...params, threadId: unknownId }, words);
  }
  expect(await client.request("thread/unsubscribe", { threadId: unknownId })).toEqual({ status: "notLoaded" });
});

test("what is experimental wants to be asked for", async ({ join }) => {
  const client = await join({ experimentalApi: false });
  const threadId = await startThread(client);
  const cases: readonly [string, object, string][] = [
    ["collaborationMode/list", {}, "collaborationMode/list requires experimentalApi capability"],
    [
      "turn/start",
      { threadId, input, collaborationMode: { mode: "default", settings: { model: "m" } } },
      "turn/start.collaborationMode requires experimentalApi capability",
    ],
    ["thread/start", { environments: [] }, "thread/start.environments requires experimentalApi capability"],
  ];
  for (const [method, params, words] of cases) await expectRefusal(client, method, params, words);
  expect((await runTurn(client, threadId, [says("Still here.")])).status).toBe("completed");
});

test("input that is empty, blank or too long starts nothing", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const text = (words: string) => [{ type: "text", text: words, text_elements: [] }];
  const before = server.model.requests.length;
  await expectRefusal(client, "turn/start", { threadId, input: [] }, "input must not be empty");
  await expectRefusal(client, "turn/start", { threadId, input: text("  \n ") }, "input must not be empty");
  const { error } = await client.ask("turn/start", { threadId, input: text("x".repeat(1_048_577)) });
  expect(error).toMatchObject({
    code: -32602,
    data: { input_error_code: "input_too_large", max_chars: 1_048_576, actual_chars: 1_048_577 },
  });
  await expectRefusal(
    client,
    "turn/start",
    { threadId, input: [{ type: "image", url: "http://10.0.0.1/x.png" }] },
    /not supported: input of type image/,
  );
  expect(server.model.requests.length).toBe(before);
  expect((await client.request("thread/turns/list", { threadId })).data).toEqual([]);
  expect((await runTurn(client, threadId, [says("Still here.")])).status).toBe("completed");
});

test("cursors that nobody gave out", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  for (const method of ["thread/turns/list", "thread/items/list"]) {
    await expectRefusal(client, method, { threadId, cursor: "bogus" }, "invalid cursor: bogus");
  }
  await expectRefusal(client, "thread/list", { cursor: "bogus" }, "invalid cursor: bogus");
  await expectRefusal(client, "thread/search", { searchTerm: "x", cursor: "bogus" }, "invalid cursor: bogus");
});

test("a directory that has gone since the thread was made", async ({ join, server }) => {
  const client = await join();
  const cwd = joinPath(server.root, "comes-and-goes");
  const make = async () => {
    await mkdir(cwd);
    // Commands never run as root, so the directory is somebody else's.
    if (process.getuid?.() === 0) await chown(cwd, 65_534, 65_534);
  };
  await make();
  const threadId = await startThread(client, { cwd });
  await rm(cwd, { recursive: true });
  await expectRefusal(
    client,
    "turn/start",
    { threadId, input },
    /^cwd `.*comes-and-goes` is refused: .* does not exist/,
  );
  await make();
  expect(await runTurn(client, threadId, [says("Here again.")])).toMatchObject({ status: "completed" });
});

test("directories that cannot be worked in", async ({ join, server }) => {
  const client = await join();
  const { root } = server;
  await writeFile(joinPath(root, "a-file"), "");
  await mkdir(joinPath(root, "of-root"), { recursive: true });
  const cases: [string, RegExp][] = [
    ["/etc", /is not in a directory in which workspaces may be opened/],
    ["/", /the root of the file system/],
    [joinPath(root, "missing"), /does not exist/],
    [joinPath(root, "a-file"), /is no directory/],
    [joinPath(root, "a-file/below"), /./],
    ["relative/path", /is no absolute path/],
    ["", /./],
    [`/${"x".repeat(5000)}`, /./],
    [server.dataDirectory, /data directory/],
    ["/workspaces/../etc", /./],
    ["/workspaces/main/missing", /the workspace main has no such directory/],
    ["/workspaces/main/../../etc", /the workspace main has no such directory/],
    ["/workspaces/never-made", /no workspace named "never-made"/],
  ];
  if (process.getuid?.() === 0) cases.push([joinPath(root, "of-root"), /belongs to root/]);
  const before = (await client.request("thread/list", {})).data.length;
  for (const [cwd, words] of cases) {
    const { error } = await client.ask("thread/start", { cwd });
    expect({ cwd, error }).toMatchObject({ cwd, error: { code: -32600, message: expect.stringMatching(/^cwd `/) } });
    expect(error?.message).toMatch(words);
  }
  expect((await client.request("thread/list", {})).data.length).toBe(before);
  const threadId = await startThread(client);
  await expectRefusal(client, "turn/start", { threadId, input, cwd: "/usr" }, /^cwd `\/usr` is refused/);
  expect((await runTurn(client, threadId, [says("Still here.")])).status).toBe("completed");
});

test("settings that Skein does not have", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const granular = { granular: { sandbox_approval: true, rules: true, mcp_elicitations: true } };
  const cases: readonly [string, object, RegExp | string][] = [
    ["thread/start", { modelProvider: "nope" }, "failed to load configuration: Model provider `nope` not found"],
    ["thread/start", { permissions: ":nope" }, /^not supported: permissions: unknown profile :nope/],
    ["thread/start", { approvalPolicy: granular }, /^not supported: approvalPolicy/],
    [
      "turn/start",
      { threadId, input, sandboxPolicy: { type: "externalSandbox", networkAccess: "restricted" } },
      /^not supported: sandboxPolicy/,
    ],
    ["turn/start", { threadId, input, outputSchema: "words" }, /^Invalid request: outputSchema/],
    ["thread/fork", { threadId, lastTurnId: unknownId }, /^not supported: a fork of a part/],
  ];
  for (const [method, params, words] of cases) await expectRefusal(client, method, params, words);
  expect((await runTurn(client, threadId, [says("Still here.")])).status).toBe("completed");
});

test("an archived thread takes no turn until it is taken back", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  await runTurn(client, threadId, [says("Once.")]);
  await client.request("thread/archive", { threadId });
  await expectRefusal(client, "turn/start", { threadId, input }, /^session .* is archived/);
  await expectRefusal(client, "thread/resume", { threadId }, /^session .* is archived/);
  await client.request("thread/unarchive", { threadId });
  expect((await runTurn(client, threadId, [says("Again.")])).status).toBe("completed");
});

test("text that a database cannot hold harms nothing", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  for (const odd of ["nul \0 inside", "half \ud800 a pair"]) {
    const content = [{ type: "text", text: odd, text_elements: [] }];
    const requests: readonly [string, object][] = [
      ["turn/start", { threadId, input: content }],
      ["turn/start", { threadId, input: content, clientUserMessageId: odd }],
      ["thread/name/set", { threadId, name: odd }],
      ["thread/list", { searchTerm: odd }],
      ["thread/list", { cwd: odd, modelProviders: [odd], originators: [odd] }],
      ["thread/list", { excludedThreadIds: [odd] }],
      ["thread/search", { searchTerm: odd }],
      ["thread/items/list", { threadId, turnId: odd }],
      ["thread/items/list", { threadId, turnId: "none" }],
      ["thread/start", { threadSource: odd, clientThreadId: odd }],
      ["thread/start", { model: odd, baseInstructions: odd }],
      ["skein/token/create", { name: odd }],
      ["skein/token/revoke", { tokenId: odd }],
      ["turn/interrupt", { threadId, turnId: odd }],
    ];
    for (const [method, params] of requests) {
      const { error } = await client.ask(method, params);
      if (error === undefined) continue;
      expect({ method, params, error }).toMatchObject({ method, params, error: { code: -32600 } });
    }
  }
  await expectRefusal(
    ...([client, "thread/name/set", { threadId, name: "\0" }] as const),
    "Invalid request: text that cannot be kept, in `name`",
  );
  expect((await runTurn(client, threadId, [says("Still \0 here.")])).status).toBe("completed");
});
