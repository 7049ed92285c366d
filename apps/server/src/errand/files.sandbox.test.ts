/** `fs/*` over a real socket, in a real sandbox: what it does, what it does not reach, and what is left of it. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { chown, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { beforeEach, describe, expect } from "vitest";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";
import { Refused, type TestClient } from "../testing/test-client.ts";

const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString("base64");
const missing = { code: -32603, message: "No such file or directory (os error 2)" };

describe.skipIf(!hasBubblewrap)("files without a thread", () => {
  let client: TestClient;
  let host: (path: string) => string;
  let name: string;
  let workspaces = 0;
  beforeEach<{ server: TestServer; join: () => Promise<TestClient> }>(async ({ server, join: joinServer }) => {
    client = await joinServer();
    name = `files-${++workspaces}`;
    await client.request("skein/workspace/create", { name });
    const [tenant = ""] = readdirSync(join(server.dataDirectory, "workspaces"));
    host = (path) => join(server.dataDirectory, "workspaces", tenant, name, path);
  });

  const at = (path: string) => `/workspaces/${name}/${path}`;
  const write = (path: string, bytes: string | Uint8Array) =>
    client.request("fs/writeFile", { path: at(path), dataBase64: base64(bytes) });
  const read = async (path: string) => (await client.request("fs/readFile", { path })).dataBase64;
  const refusal = async (method: string, params: object) => {
    const { error, result } = await client.ask(method, params);
    expect(result).toBeUndefined();
    return { code: error?.code, message: error?.message };
  };

  test("what is written is read, byte for byte, and looked at, listed, copied and removed", async () => {
    const bytes = Uint8Array.from({ length: 256 * 257 }, (_, index) => index % 256);
    await client.request("fs/createDirectory", { path: at("a/b") });
    await write("a/b/bytes", bytes);
    expect(await read(at("a/b/bytes"))).toBe(base64(bytes));
    expect(readFileSync(host("a/b/bytes"))).toEqual(Buffer.from(bytes));
    // As the tenant, and not as the server.
    expect(lstatSync(host("a/b/bytes")).uid).toBe(lstatSync(host("")).uid);
    const metadata = await client.request("fs/getMetadata", { path: at("a/b/bytes") });
    expect(metadata).toMatchObject({ isDirectory: false, isFile: true, isSymlink: false });
    expect(metadata.modifiedAtMs).toBe(Math.trunc(lstatSync(host("a/b/bytes")).mtimeMs));
    await client.request("fs/copy", { sourcePath: at("a"), destinationPath: at("new/c"), recursive: true });
    expect(readFileSync(host("new/c/b/bytes"))).toEqual(Buffer.from(bytes));
    const { entries } = await client.request("fs/readDirectory", { path: at("") });
    expect(entries).toEqual([
      { fileName: "a", isDirectory: true, isFile: false },
      { fileName: "new", isDirectory: true, isFile: false },
    ]);
    await client.request("fs/remove", { path: at("a/b/bytes") });
    await client.request("fs/remove", { path: at("new") });
    expect([readdirSync(host("a/b")), existsSync(host("new"))]).toEqual([[], false]);
  });

  test("an empty file and one of 11 MB go through; a larger one than a request holds is refused for reading", async () => {
    await write("empty", "");
    expect(await read(at("empty"))).toBe("");
    const large = new Uint8Array(11_000_000).fill(7);
    await write("large", large);
    expect(await read(at("large"))).toBe(base64(large));
    writeFileSync(host("larger"), new Uint8Array(17 * 1024 * 1024));
    expect((await refusal("fs/readFile", { path: at("larger") })).message).toMatch(/^the file is too large/);
  });

  test("what is there already, is missing or is something else is told as the file system says it", async () => {
    await write("file", "x");
    await client.request("fs/createDirectory", { path: at("full/inner") });
    expect(await refusal("fs/readFile", { path: at("none") })).toEqual(missing);
    expect(await refusal("fs/getMetadata", { path: at("none") })).toEqual(missing);
    expect(await refusal("fs/writeFile", { path: at("none/below"), dataBase64: "" })).toEqual(missing);
    expect(await refusal("fs/createDirectory", { path: at("x/y"), recursive: false })).toEqual(missing);
    expect(await refusal("fs/copy", { sourcePath: at("none"), destinationPath: at("c") })).toEqual(missing);
    expect(await refusal("fs/remove", { path: at("none"), force: false })).toEqual(missing);
    expect(await client.request("fs/remove", { path: at("none") })).toEqual({});
    expect((await refusal("fs/readFile", { path: at("full") })).code).toBe(-32600);
    expect((await refusal("fs/readDirectory", { path: at("file") })).message).toMatch(/^Not a directory/);
    expect((await refusal("fs/createDirectory", { path: at("full"), recursive: false })).message).toMatch(
      /os error 17/,
    );
    expect((await refusal("fs/remove", { path: at("full"), recursive: false })).message).toMatch(/os error 39/);
    expect((await refusal("fs/copy", { sourcePath: at("full"), destinationPath: at("d") })).code).toBe(-32600);
    const inside = { sourcePath: at("full"), destinationPath: at("full/inner/again"), recursive: true };
    expect((await refusal("fs/copy", inside)).message).toMatch(/os error 22/);
    expect((await refusal("fs/remove", { path: at("") })).message).toMatch(/os error 16/);
    expect(existsSync(host("full/inner"))).toBe(true);
  });

  test.for(["!!!", "YQ", "YQ=", "=", "YQ==YQ=="])("%s is no base64, and nothing is written", async (dataBase64) => {
    expect((await refusal("fs/writeFile", { path: at("w"), dataBase64 })).code).toBe(-32600);
    expect(existsSync(host("w"))).toBe(false);
  });

  test.for([
    "/etc/passwd",
    "/etc/shadow",
    "/proc/1/environ",
    "/workspaces/no-such-workspace/x",
    "/workspaces",
    "/",
    "/workspaces/main/../../etc/passwd",
  ])("%s lies in no workspace, and is answered like what is not there", async (path) => {
    const calls: readonly [string, object][] = [
      ["fs/readFile", { path }],
      ["fs/getMetadata", { path }],
      ["fs/readDirectory", { path }],
      ["fs/writeFile", { path, dataBase64: "eA==" }],
      ["fs/createDirectory", { path }],
      ["fs/remove", { path, force: false }],
      ["fs/copy", { sourcePath: path, destinationPath: at("stolen"), recursive: true }],
      ["fs/copy", { sourcePath: at(""), destinationPath: path, recursive: true }],
    ];
    for (const [method, params] of calls) expect([method, await refusal(method, params)]).toEqual([method, missing]);
    expect(await client.request("fs/remove", { path })).toEqual({});
    expect(readdirSync(host(""))).toEqual([]);
  });

  test("the machine's own paths of a workspace are none", async () => {
    writeFileSync(host("x"), "x");
    expect(await refusal("fs/readFile", { path: host("x") })).toEqual(missing);
  });

  test("a link out of the workspace leads into the sandbox and to nothing of the machine's", async ({ server }) => {
    const secret = join(server.dataDirectory, "secret");
    await writeFile(secret, "the server's own");
    for (const [link, target] of [
      ["shadow", "/etc/shadow"],
      ["secret", secret],
      ["data", server.dataDirectory],
      ["environ", "/proc/1/environ"],
    ] as const) {
      symlinkSync(target, host(link));
    }
    for (const path of ["shadow", "secret", "data/secret"]) {
      expect([path, await refusal("fs/readFile", { path: at(path) })]).toEqual([path, missing]);
    }
    expect(await refusal("fs/readDirectory", { path: at("data") })).toEqual(missing);
    // The sandbox's first process, which has no secrets.
    const { result } = await client.ask("fs/readFile", { path: at("environ") });
    if (result !== undefined) expect(Buffer.from(result.dataBase64, "base64").toString()).not.toMatch(/SKEIN_|OPENAI/);
    await client.ask("fs/writeFile", { path: at("data/planted"), dataBase64: "eA==" });
    await client.ask("fs/writeFile", { path: at("secret"), dataBase64: "eA==" });
    await client.ask("fs/remove", { path: at("data/secret") });
    await client.request("fs/copy", { sourcePath: at("secret"), destinationPath: at("copied") }).catch(() => {});
    await client.request("fs/remove", { path: at("data"), recursive: true });
    expect(readFileSync(secret, "utf8")).toBe("the server's own");
    expect(existsSync(join(server.dataDirectory, "planted"))).toBe(false);
    expect(lstatSync(host("data"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("a directory that is exchanged for a link all the while lets nothing out", async ({ server }) => {
    const secret = join(server.dataDirectory, "exchanged");
    mkdirSync(secret, { mode: 0o755 });
    await writeFile(join(secret, "file"), "the server's own");
    await client.request("fs/createDirectory", { path: at("mine") });
    await write("mine/file", "mine");
    symlinkSync(secret, host("link"));
    let [isExchanging, exchanges] = [true, 0];
    const exchanging = (async () => {
      for (; isExchanging; exchanges++) {
        await rename(host("mine"), host("here"));
        await rename(host("link"), host("mine"));
        await rename(host("mine"), host("link"));
        await rename(host("here"), host("mine"));
      }
    })();
    const read = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const { result } = await client.ask("fs/readFile", { path: at("mine/file") });
      if (result !== undefined) read.add(Buffer.from(result.dataBase64, "base64").toString());
      await client.ask("fs/writeFile", { path: at("mine/planted"), dataBase64: "eA==" });
    }
    isExchanging = false;
    await exchanging;
    expect(exchanges).toBeGreaterThan(20);
    expect(readdirSync(secret)).toEqual(["file"]);
    expect([...read]).toEqual(["mine"]);
  });

  test("hooks and settings that others would run are not the client's to plant", async () => {
    mkdirSync(host(".git/hooks"), { recursive: true });
    writeFileSync(host(".git/config"), "[core]\n");
    if (process.getuid?.() === 0) {
      const { uid, gid } = lstatSync(host(""));
      for (const path of [".git", ".git/hooks", ".git/config"]) await chown(host(path), uid, gid);
    }
    for (const path of [".git/hooks/pre-commit", ".git/config"]) {
      await expect(write(path, "evil")).rejects.toThrow(Refused);
    }
    await client.ask("fs/remove", { path: at(".git") });
    expect(readFileSync(host(".git/config"), "utf8")).toBe("[core]\n");
    expect(readdirSync(host(".git/hooks"))).toEqual([]);
  });

  test("a workspace that was deleted does not exist any more, and one of its name is another", async () => {
    await write("x", "of the first");
    const { data } = await client.request("skein/workspace/list", {});
    const { id } = data.find((workspace: { name: string }) => workspace.name === name);
    await client.request("skein/workspace/delete", { workspaceId: id });
    expect(await refusal("fs/readFile", { path: at("x") })).toEqual(missing);
    await expect
      .poll(async () => (await client.ask("skein/workspace/create", { name })).error, { timeout: 30_000 })
      .toBeUndefined();
    expect(await refusal("fs/readFile", { path: at("x") })).toEqual(missing);
    await write("x", "of the second");
    expect(await read(at("x"))).toBe(base64("of the second"));
  });
});
