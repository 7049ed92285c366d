/** `process/*` over a real socket. What it has in common with `command/exec` is tried there. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { beforeEach, describe, expect } from "vitest";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const cwd = "/workspaces/main";

describe.skipIf(!hasBubblewrap)("processes without a thread", () => {
  let client: TestClient;
  beforeEach<{ join: () => Promise<TestClient> }>(async ({ join }) => {
    client = await join();
  });

  const spawn = (processHandle: string, script: string | readonly string[], more: object = {}) => {
    const command = typeof script === "string" ? ["sh", "-c", script] : script;
    return client.request("process/spawn", { command, processHandle, cwd, ...more });
  };
  const exited = (handle: string) => client.notified("process/exited", ({ processHandle }) => processHandle === handle);
  const refusal = async (method: string, params: object) => {
    const { code, message } = (await client.ask(method, params)).error ?? {};
    return { code, message };
  };

  test("is answered when it has started; its output and its end come after that", async () => {
    expect(await spawn("1", "echo a; echo b >&2; exit 3")).toEqual({});
    const end = { processHandle: "1", exitCode: 3, outputDrainTimedOut: false, stdoutCapReached: false };
    expect(await exited("1")).toEqual({ ...end, stdout: "a\n", stderr: "b\n", stderrCapReached: false });
    await spawn("2", "echo a; echo b >&2", { streamStdoutStderr: true });
    expect(await exited("2")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    const told = client.notifications("process/outputDelta").map(({ params }) => [params.stream, params.deltaBase64]);
    expect(told.toSorted()).toEqual([
      ["stderr", base64("b\n")],
      ["stdout", base64("a\n")],
    ]);
    await spawn("3", "echo abcdef; echo x >&2", { outputBytesCap: 3 });
    expect(await exited("3")).toMatchObject({ stdout: "abc", stdoutCapReached: true, stderr: "x\n" });
  });

  test("talks, in a terminal too, and ends at a word or at its time", async () => {
    await spawn("cat", ["cat"], { streamStdin: true, streamStdoutStderr: true, timeoutMs: null });
    await client.request("process/writeStdin", { processHandle: "cat", deltaBase64: base64("q") });
    await client.notified("process/outputDelta", ({ deltaBase64 }) => deltaBase64 === base64("q"));
    await client.request("process/writeStdin", { processHandle: "cat", closeStdin: true });
    expect(await exited("cat")).toMatchObject({ exitCode: 0 });

    await spawn("tty", "stty size; read x; echo got $x", { tty: true, size: { rows: 10, cols: 20 } });
    await client.notified("process/outputDelta", ({ deltaBase64 }) => deltaBase64 === base64("10 20\r\n"));
    await client.request("process/resizePty", { processHandle: "tty", size: { rows: 5, cols: 6 } });
    await client.request("process/writeStdin", { processHandle: "tty", deltaBase64: base64("yo\n") });
    expect(await exited("tty")).toMatchObject({ exitCode: 0 });

    await spawn("long", ["sleep", "60"], { timeoutMs: null });
    expect(await client.request("process/kill", { processHandle: "long" })).toEqual({});
    expect(await exited("long")).toMatchObject({ exitCode: 137 });
    await spawn("late", ["sleep", "60"], { timeoutMs: 300 });
    expect(await exited("late")).toMatchObject({ exitCode: 124 });
  });

  test("says what it cannot start, and to whom it cannot speak", async () => {
    const asked = { command: ["true"], processHandle: "x", cwd };
    expect((await refusal("process/spawn", { ...asked, command: [] })).code).toBe(-32600);
    expect((await refusal("process/spawn", { ...asked, command: ["no-such-command"] })).code).toBe(-32603);
    expect((await refusal("process/spawn", { ...asked, cwd: "/nowhere" })).code).toBe(-32603);
    expect((await refusal("process/spawn", { ...asked, cwd: "relative" })).code).toBe(-32600);
    expect((await refusal("process/spawn", { ...asked, processHandle: "" })).code).toBe(-32600);
    expect((await refusal("process/spawn", { ...asked, size: { rows: 1, cols: 1 } })).code).toBe(-32602);
    const none = { code: -32600, message: 'no process of this connection runs under the processHandle "x"' };
    expect(await refusal("process/kill", { processHandle: "x" })).toEqual(none);
    expect(await refusal("process/writeStdin", { processHandle: "x", closeStdin: true })).toEqual(none);
    expect(await refusal("process/resizePty", { processHandle: "x", size: { rows: 1, cols: 1 } })).toEqual(none);
  });

  test("a handle is one connection's, and not a command's id", async ({ join }) => {
    const other = await join();
    await spawn("same", ["cat"], { streamStdin: true, timeoutMs: null });
    expect((await refusal("process/spawn", { command: ["true"], processHandle: "same", cwd })).message).toBe(
      'a process runs under the processHandle "same" already',
    );
    expect((await other.ask("process/kill", { processHandle: "same" })).error?.code).toBe(-32600);
    expect((await refusal("command/exec/terminate", { processId: "same" })).code).toBe(-32600);
    await client.request("process/kill", { processHandle: "same" });
    await exited("same");
    expect(other.notifications("process/exited")).toEqual([]);
    await spawn("same", ["true"]);
    expect(await exited("same")).toMatchObject({ exitCode: 0 });
  });

  test("a server that is left behind lives as long as the connection, and answers its commands", async () => {
    await spawn("server", "(while :; do date +%s%N > tick; sleep 0.05; done) & echo up");
    expect(await exited("server")).toMatchObject({ exitCode: 0, stdout: "up\n" });
    const script = 'one=$(cat tick); while [ "$one" = "$(cat tick)" ]; do sleep 0.05; done; echo ticks';
    await spawn("looks", script);
    expect(await exited("looks")).toMatchObject({ stdout: "ticks\n" });
  });
});
