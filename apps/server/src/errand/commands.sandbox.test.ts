/** `command/exec` over a real socket: what it runs, what it says in which order, what holds it, and what is left of it. */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { beforeEach, describe, expect } from "vitest";
import { addToken } from "../borders/testing/people.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const textOf = (deltas: readonly { readonly params: { readonly deltaBase64: string } }[]) =>
  Buffer.concat(deltas.map(({ params }) => Buffer.from(params.deltaBase64, "base64"))).toString();
const cwd = "/workspaces/main";

describe.skipIf(!hasBubblewrap)("commands without a thread", () => {
  let client: TestClient;
  let host: (path: string) => string;
  beforeEach<{ server: TestServer; join: () => Promise<TestClient> }>(async ({ server, join: joinServer }) => {
    client = await joinServer();
    await client.request("fs/readDirectory", { path: cwd });
    const [tenant = ""] = readdirSync(join(server.dataDirectory, "workspaces"));
    host = (path) => join(server.dataDirectory, "workspaces", tenant, "main", path);
  });

  const exec = (script: string | readonly string[], more: object = {}) =>
    client.request("command/exec", {
      command: typeof script === "string" ? ["sh", "-c", script] : script,
      cwd,
      ...more,
    });
  const refusal = async (params: object, method = "command/exec") => {
    const { error, result } = await client.ask(method, params);
    expect(result).toBeUndefined();
    return { code: error?.code, message: error?.message };
  };
  const deltas = (processId: string, stream?: string) =>
    client
      .notifications("command/exec/outputDelta")
      .filter(({ params }) => params.processId === processId && (stream === undefined || params.stream === stream));
  const says = (processId: string, text: string) =>
    expect.poll(() => textOf(deltas(processId)), { timeout: 20_000 }).toContain(text);

  test("gives exit code, stdout and stderr apart, and has no stdin", async () => {
    expect(await exec("cat; echo out; echo err >&2; exit 4")).toEqual({
      exitCode: 4,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect(await exec(["pwd"])).toEqual({ exitCode: 0, stdout: `${cwd}\n`, stderr: "" });
    expect(await client.request("command/exec", { command: ["pwd"] })).toMatchObject({ stdout: `${cwd}\n` });
    await exec(["mkdir", "-p", "below"]);
    expect(await client.request("command/exec", { command: ["pwd"], cwd: "below" })).toMatchObject({
      stdout: `${cwd}/below\n`,
    });
    expect(await exec("kill -TERM $$")).toMatchObject({ exitCode: 143 });
    expect(await exec("echo named > /dev/stderr; echo named > /dev/stdout")).toMatchObject({
      ...{ stdout: "named\n", stderr: "named\n" },
    });
  });

  test("runs as the tenant in the sandbox, with an environment of its own", async ({ server }) => {
    const { stdout } = await exec("env; id -u; ls /; cat /etc/shadow", { env: { ADDED: "x", HOME: null } });
    expect(stdout).toContain("ADDED=x\n");
    expect(stdout).not.toMatch(/^HOME=|SKEIN_ACCESS|OPENAI|PGPASS/m);
    expect(stdout).not.toContain("root:");
    await exec("touch made");
    expect(lstatSync(host("made")).uid).toBe(lstatSync(host("")).uid);
    const { exitCode } = await exec(["ls", server.dataDirectory]);
    expect(exitCode).not.toBe(0);
  });

  test("streams its output as it comes, and then answers", async () => {
    const running = exec("echo one; read x; echo two >&2; echo $x", {
      ...{ processId: "s", streamStdoutStderr: true, streamStdin: true },
    });
    await says("s", "one\n");
    await client.request("command/exec/write", { processId: "s", deltaBase64: base64("three\n") });
    expect(await running).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect([textOf(deltas("s", "stdout")), textOf(deltas("s", "stderr"))]).toEqual(["one\nthree\n", "two\n"]);
    const last = client.frames.findLastIndex(
      (frame) => "method" in frame && frame.method === "command/exec/outputDelta",
    );
    const answer = client.frames.findLastIndex((frame) => "result" in frame && frame.result?.exitCode === 0);
    expect(last).toBeLessThan(answer);
  });

  test("takes stdin in order, as much as it reads, until it is closed", async () => {
    const running = exec(["sha256sum"], { processId: "in", streamStdin: true });
    const chunk = "0123456789abcdef".repeat(16 * 1024);
    const written = Array.from({ length: 12 }, (_, index) =>
      client.request("command/exec/write", { processId: "in", deltaBase64: base64(`${index}${chunk}`) }),
    );
    await Promise.all(written);
    await client.request("command/exec/write", { processId: "in", closeStdin: true });
    const { createHash } = await import("node:crypto");
    const all = Array.from({ length: 12 }, (_, index) => `${index}${chunk}`).join("");
    const expected = createHash("sha256").update(all).digest("hex");
    expect(await running).toMatchObject({ stdout: `${expected}  -\n` });
  });

  test("what reads nothing holds back who writes, and its end lets go", async () => {
    const running = exec(["sleep", "30"], { processId: "deaf", streamStdin: true, timeoutMs: 30_000 });
    const writing = client.ask("command/exec/write", { processId: "deaf", deltaBase64: base64("x".repeat(200_000)) });
    // Told after the write, answered before it.
    await client.request("fs/readDirectory", { path: cwd });
    expect(client.frames.some((frame) => "result" in frame && JSON.stringify(frame.result) === "{}")).toBe(false);
    await client.request("command/exec/terminate", { processId: "deaf" });
    expect(await running).toMatchObject({ exitCode: 137 });
    expect((await writing).error).toBeDefined();
  });

  test("has a terminal of the size that was asked for, and another when that changes", async () => {
    const script = "stty size; read x; stty size; echo $x";
    const running = exec(script, { processId: "tty", tty: true, size: { rows: 30, cols: 90 } });
    await says("tty", "30 90");
    await client.request("command/exec/resize", { processId: "tty", size: { rows: 40, cols: 100 } });
    await client.request("command/exec/write", { processId: "tty", deltaBase64: base64("hello\n") });
    expect(await running).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(textOf(deltas("tty"))).toContain("40 100\r\nhello\r\n");
  });

  test("ends at its time with 124, at a word with 137, and takes what it started with it", async () => {
    const begun = "setsid sleep 1234567 & sleep 1234567";
    expect(await exec(begun, { timeoutMs: 500 })).toEqual({ exitCode: 124, stdout: "", stderr: "" });
    const running = exec(`echo up; ${begun}`, { processId: "k", streamStdoutStderr: true });
    await says("k", "up");
    await client.request("command/exec/terminate", { processId: "k" });
    expect(await running).toMatchObject({ exitCode: 137 });
    const { stdout } = await exec("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    expect(stdout).not.toContain("sleep 1234567");
  });

  test("keeps of much output what was asked for, and all of it passes when it is streamed", async () => {
    const much = "head -c 3000000 /dev/zero | tr '\\0' a";
    expect((await exec(much)).stdout).toBe("a".repeat(1024 * 1024));
    expect((await exec(much, { outputBytesCap: 100 })).stdout).toBe("a".repeat(100));
    expect((await exec(much, { disableOutputCap: true })).stdout).toBe("a".repeat(3_000_000));
    const beyond = await exec("head -c 6000000 /dev/zero", { disableOutputCap: true });
    expect(beyond.stdout).toHaveLength(4 * 1024 * 1024);
    expect(beyond.stderr).toContain("1805696 bytes of output omitted");
    await exec(much, { processId: "m", streamStdoutStderr: true, disableOutputCap: true, timeoutMs: 60_000 });
    const streamed = client.notifications("command/exec/outputDelta");
    expect(textOf(streamed)).toBe("a".repeat(3_000_000));
    await exec("echo abcdef", { processId: "c", streamStdoutStderr: true, outputBytesCap: 3 });
    expect(deltas("c")).toMatchObject([{ params: { deltaBase64: base64("abc"), capReached: true } }]);
  });

  test("a policy narrows what it may change", async () => {
    const readOnly = { sandboxPolicy: { type: "readOnly" } };
    expect((await exec(["touch", "not-made"], readOnly)).stderr).toContain("Read-only file system");
    expect((await exec(["touch", "not-made"], { permissionProfile: ":read-only" })).exitCode).toBe(1);
    expect(existsSync(host("not-made"))).toBe(false);
    await exec("git init -q . && touch .git/config", { sandboxPolicy: { type: "dangerFullAccess" } });
    const config = readFileSync(host(".git/config"), "utf8");
    const again = await refreshed();
    const planting = await again.request("command/exec", { command: ["sh", "-c", "echo evil >> .git/config"], cwd });
    expect(planting.exitCode).not.toBe(0);
    expect(readFileSync(host(".git/config"), "utf8")).toBe(config);
    const wider = { type: "workspaceWrite", writableRoots: ["/etc", "/"], networkAccess: true };
    expect((await exec(["touch", "/etc/planted"], { sandboxPolicy: wider })).exitCode).toBe(1);
    expect(await refusal({ command: ["true"], sandboxPolicy: { type: "externalSandbox" } })).toMatchObject({
      code: -32600,
    });
  });
  // A sandbox that runs already was made before there was something to protect.
  let refreshed: () => Promise<TestClient>;
  beforeEach<{ join: () => Promise<TestClient> }>(({ join: joinServer }) => {
    refreshed = joinServer;
  });

  test("full access needs the right to approve", async ({ server, join: joinServer }) => {
    const [row] = await server.database.administer(
      (sql) => sql<{ tenant_id: string; user_id: string }[]>`select tenant_id, user_id from members limit 1`,
    );
    const holder = { tenantId: String(row?.tenant_id), userId: String(row?.user_id) };
    const token = await addToken(server, holder, ["read", "prompt"]);
    const prompter = await joinServer({ token });
    const full = { command: ["true"], cwd, sandboxPolicy: { type: "dangerFullAccess" } };
    expect((await prompter.ask("command/exec", full)).error).toMatchObject({ data: { kind: "forbidden" } });
    const profile = { command: ["true"], cwd, permissionProfile: ":danger-full-access" };
    expect((await prompter.ask("command/exec", profile)).error).toMatchObject({ data: { kind: "forbidden" } });
    expect(await prompter.request("command/exec", { command: ["true"], cwd })).toMatchObject({ exitCode: 0 });
    const spawned = { command: ["true"], cwd, processHandle: "x" };
    expect((await prompter.ask("process/spawn", spawned)).error).toMatchObject({ data: { kind: "forbidden" } });
    const reader = await joinServer({ token: await addToken(server, holder, ["read"]) });
    expect((await reader.ask("command/exec", { command: ["true"], cwd })).error).toMatchObject({
      data: { kind: "forbidden" },
    });
    expect((await reader.ask("fs/readFile", { path: `${cwd}/x` })).error).toMatchObject({
      data: { kind: "forbidden" },
    });
  });

  test("has no network while the team has none, whatever it asks for", async () => {
    const script = "curl -sS -m 5 http://example.org/ || echo refused; env | grep -ic proxy";
    const wants = { sandboxPolicy: { type: "workspaceWrite", networkAccess: true } };
    expect((await exec(script, wants)).stdout).toContain("refused\n0\n");
  });

  test("says what it cannot run", async () => {
    expect(await refusal({ command: [], cwd })).toEqual({ code: -32600, message: "the command names no program" });
    expect((await refusal({ command: ["no-such-command"], cwd })).code).toBe(-32603);
    expect((await refusal({ command: ["pwd"], cwd: `${cwd}/none` })).code).toBe(-32603);
    expect(await refusal({ command: ["pwd"], cwd: "/nowhere" })).toEqual({
      ...{ code: -32603, message: "No such file or directory (os error 2)" },
    });
    for (const params of [
      { timeoutMs: 5, disableTimeout: true },
      { outputBytesCap: 5, disableOutputCap: true },
      { size: { rows: 1, cols: 1 } },
      { timeoutMs: -1 },
      { tty: true, processId: "z", size: { rows: 0, cols: 1 } },
      { env: { "A=B": "x" } },
    ]) {
      expect([params, (await refusal({ command: ["true"], cwd, ...params })).code]).toEqual([params, -32602]);
    }
    for (const params of [{ tty: true }, { streamStdin: true }, { streamStdoutStderr: true }]) {
      expect((await refusal({ command: ["true"], cwd, ...params })).code).toBe(-32600);
    }
  });

  test("an id is one connection's, and free again when its command has ended", async ({ join: joinServer }) => {
    const other = await joinServer();
    const running = exec("read x; echo $x", { processId: "same", streamStdin: true });
    expect((await refusal({ command: ["true"], cwd, processId: "same" })).message).toBe(
      'a command runs under the processId "same" already',
    );
    const none = { code: -32600, message: 'no command of this connection runs under the processId "same"' };
    for (const [method, more] of [
      ["write", { deltaBase64: base64("stolen\n") }],
      ["resize", { size: { rows: 1, cols: 1 } }],
      ["terminate", {}],
    ] as const) {
      const { error } = await other.ask(`command/exec/${method}`, { processId: "same", ...more });
      expect({ code: error?.code, message: error?.message }).toEqual(none);
    }
    expect(await other.request("command/exec", { command: ["true"], cwd, processId: "same" })).toMatchObject({
      exitCode: 0,
    });
    const size = { rows: 1, cols: 1 };
    expect((await refusal({ processId: "same", size }, "command/exec/resize")).message).toContain("has no terminal");
    expect((await refusal({ processId: "same", deltaBase64: "!" }, "command/exec/write")).code).toBe(-32602);
    expect((await refusal({ processId: "same" }, "command/exec/write")).code).toBe(-32602);
    await client.request("command/exec/write", { processId: "same", deltaBase64: base64("mine\n") });
    expect(await running).toMatchObject({ stdout: "mine\n" });
    expect(await refusal({ processId: "same", deltaBase64: "" }, "command/exec/write")).toEqual(none);
    expect(await exec(["true"], { processId: "same" })).toMatchObject({ exitCode: 0 });
  });

  test("a connection sees nothing of another's processes and temporary files", async ({ join: joinServer }) => {
    const other = await joinServer();
    const running = exec("echo secret > /tmp/mine; echo up; sleep 7654321", {
      processId: "x",
      streamStdoutStderr: true,
    });
    await says("x", "up");
    const script = "ls /tmp; cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
    const { stdout } = await other.request("command/exec", { command: ["sh", "-c", script], cwd });
    expect(stdout).not.toMatch(/mine|sleep 7654321/);
    await client.request("command/exec/terminate", { processId: "x" });
    await running;
  });

  test("what runs ends with the connection, in the middle of its output too", async ({ join: joinServer }) => {
    const leaving = await joinServer();
    const script = "while :; do echo more; date +%s%N > alive; done";
    leaving.send({
      ...{ id: 99, method: "command/exec" },
      params: { command: ["sh", "-c", script], cwd, processId: "x", streamStdoutStderr: true, disableTimeout: true },
    });
    await leaving.notified("command/exec/outputDelta");
    leaving.socket.terminate();
    const beat = async () => {
      const before = readFileSync(host("alive"), "utf8");
      await exec(["sleep", "0.3"]);
      return readFileSync(host("alive"), "utf8") === before ? "still" : "alive";
    };
    await expect.poll(beat, { timeout: 30_000 }).toBe("still");
  });

  test("no more than sixteen at once", async () => {
    const ids = Array.from({ length: 16 }, (_, index) => `n${index}`);
    const running = ids.map((processId) => exec("read x", { processId, streamStdin: true, timeoutMs: 60_000 }));
    const { error } = await client.ask("command/exec", { command: ["true"], cwd });
    expect(error).toMatchObject({ code: -32001, data: { kind: "tooManyErrands" } });
    for (const processId of ids) await client.request("command/exec/terminate", { processId });
    await Promise.all(running);
    expect(await exec(["true"])).toMatchObject({ exitCode: 0 });
  });

  test("a client that does not read holds its command back, and gets all of it when it does", async ({
    join: joinServer,
  }) => {
    const slow = await joinServer();
    const script = "for i in $(seq 1 24); do head -c 1000000 /dev/zero | tr '\\0' b; echo $i > progress; done";
    slow.socket.pause();
    const running = slow.request("command/exec", {
      ...{ command: ["sh", "-c", script], cwd, processId: "slow", streamStdoutStderr: true },
      ...{ disableOutputCap: true, disableTimeout: true },
    });
    let before = "";
    const isHeld = async () => {
      const { stdout } = await exec("sleep 1; cat progress");
      const isSame = stdout !== "" && stdout === before;
      before = stdout;
      return isSame;
    };
    await expect.poll(isHeld, { timeout: 30_000 }).toBe(true);
    expect(Number(before)).toBeLessThan(24);
    slow.socket.resume();
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(textOf(slow.notifications("command/exec/outputDelta"))).toHaveLength(24_000_000);
  });
});
