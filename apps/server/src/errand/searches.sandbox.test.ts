/** `fuzzyFileSearch` and its sessions over a real socket, in a real sandbox. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { beforeEach, describe, expect } from "vitest";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const waits = { timeout: 30_000 };

describe.skipIf(!hasBubblewrap)("finding files", () => {
  let client: TestClient;
  let root: string;
  let workspaces = 0;
  beforeEach<{ join: () => Promise<TestClient> }>(async ({ join }) => {
    client = await join();
    const name = `search-${++workspaces}`;
    await client.request("skein/workspace/create", { name });
    root = `/workspaces/${name}`;
    const files = "a.txt sub/beta.ts sub/deep/alpha-file.ts .hidden/beta ignored/beta";
    const script = `git init -q .; echo ignored > .gitignore; for f in ${files}; do mkdir -p $(dirname $f); touch $f; done; ln -s / out`;
    const making = { command: ["sh", "-c", script], cwd: root };
    expect(await client.request("command/exec", making)).toMatchObject({ exitCode: 0 });
  });

  const find = async (query: string, roots: readonly string[] = [root], more: object = {}) =>
    (await client.request("fuzzyFileSearch", { query, roots, ...more })).files;
  const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

  test("finds files and directories by their letters, what git ignores and git's own left out", async () => {
    expect(await find("beta")).toMatchObject([
      { root, path: ".hidden/beta", match_type: "file", file_name: "beta", indices: [8, 9, 10, 11] },
      { root, path: "sub/beta.ts", match_type: "file", file_name: "beta.ts", indices: [4, 5, 6, 7] },
    ]);
    expect(paths(await find("SUBALPHA"))).toEqual(["sub/deep/alpha-file.ts"]);
    expect(paths(await find("sub alp"))).toEqual(["sub/deep/alpha-file.ts"]);
    expect((await find("deep"))[0]).toMatchObject({ path: "sub/deep", match_type: "directory" });
    expect([await find(""), await find("zzzz"), await find("HEAD"), await find("ignored/beta")]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  test("what lies in no workspace, or is not there, holds nothing; a link is not followed", async ({ server }) => {
    expect(await find("passwd", ["/etc"])).toEqual([]);
    expect(await find("a", ["/workspaces/nobodys", `${root}/none`, server.dataDirectory])).toEqual([]);
    expect(await find("a", [])).toEqual([]);
    expect(await find("shadow")).toEqual([]);
    for (const way of ["", "/usr", server.dataDirectory]) expect(await find("a", [`${root}/out${way}`])).toEqual([]);
    expect(paths(await find("alpha", [`${root}/sub`]))).toEqual(["deep/alpha-file.ts"]);
  });

  test("a later search with the same token ends the one before", async () => {
    const token = { cancellationToken: "t" };
    const all = await Promise.all([
      find("beta", [root], token),
      find("beta", [root], token),
      find("beta", [root], token),
    ]);
    expect(all.map((files) => files.length)).toEqual([0, 0, 2]);
  });

  test("many searches of one token, one after every key, are none too many", async () => {
    const asked = Array.from({ length: 20 }, () => find("beta", [root], { cancellationToken: "t" }));
    const found = (await Promise.all(asked)).map((files) => files.length);
    expect(found).toEqual([...Array.from({ length: 19 }, () => 0), 2]);
  });

  test("a search of too many roots, or for too much, is refused", async () => {
    const roots = Array.from({ length: 5 }, (_, index) => `${root}/${index}`);
    expect((await client.ask("fuzzyFileSearch", { query: "a", roots })).error?.code).toBe(-32600);
    expect((await client.ask("fuzzyFileSearch", { query: "a".repeat(4097), roots: [root] })).error?.code).toBe(-32600);
    expect(await find("a", [...roots.slice(1), ...roots.slice(1)])).toEqual([]);
  });

  test("a session answers the newest query, until it is stopped, and knows only its own connection", async ({
    join,
  }) => {
    const other = await join();
    await client.request("fuzzyFileSearch/sessionStart", { sessionId: "s", roots: [root] });
    const updated = (query: string) =>
      client.notified("fuzzyFileSearch/sessionUpdated", (params) => params.sessionId === "s" && params.query === query);
    expect((await updated("")).files).toEqual([]);
    for (const query of ["b", "be", "bet"]) {
      await client.request("fuzzyFileSearch/sessionUpdate", { sessionId: "s", query });
    }
    expect(paths((await updated("bet")).files)).toEqual([".hidden/beta", "sub/beta.ts", "sub/deep/alpha-file.ts"]);
    await client.notified("fuzzyFileSearch/sessionCompleted");
    const foreign = await other.ask("fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "b" });
    expect(foreign.error).toMatchObject({
      code: -32600,
      message: 'no search of this connection has the sessionId "s"',
    });
    await other.request("fuzzyFileSearch/sessionStop", { sessionId: "s" });
    await client.request("fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "alpha" });
    expect(paths((await updated("alpha")).files)).toEqual(["sub/deep/alpha-file.ts"]);
    expect(await client.request("fuzzyFileSearch/sessionStop", { sessionId: "s" })).toEqual({});
    expect((await client.ask("fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "b" })).error?.code).toBe(
      -32600,
    );
    expect(other.notifications("fuzzyFileSearch/sessionUpdated")).toEqual([]);
  });

  test("sessions are bounded, and one of the same id takes the place of the other", async () => {
    for (const sessionId of ["1", "2", "3", "4", "1"]) {
      await client.request("fuzzyFileSearch/sessionStart", { sessionId, roots: [root] });
    }
    const { error } = await client.ask("fuzzyFileSearch/sessionStart", { sessionId: "5", roots: [root] });
    expect(error).toMatchObject({ code: -32001, data: { kind: "tooManyErrands" } });
    for (const [params, code] of [
      [{ sessionId: "", roots: [root] }, -32600],
      [{ sessionId: "6", roots: [] }, -32603],
    ] as const) {
      expect((await client.ask("fuzzyFileSearch/sessionStart", params)).error?.code).toBe(code);
    }
    await client.request("fuzzyFileSearch/sessionStop", { sessionId: "2" });
    await client.request("fuzzyFileSearch/sessionStart", { sessionId: "5", roots: [root] });
    const script = "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c '[t]ree.mjs'";
    const running = async () =>
      (await client.request("command/exec", { command: ["sh", "-c", script], cwd: root })).stdout.trim();
    await expect.poll(running, waits).toBe("4");
    for (const sessionId of ["1", "3", "4", "5"]) await client.request("fuzzyFileSearch/sessionStop", { sessionId });
    await expect.poll(running, waits).toBe("0");
  });
});
