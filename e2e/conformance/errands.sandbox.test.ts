/** The real server and ours do the same with files and commands of a directory, and say the same of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasBubblewrap } from "../../apps/runner/src/sandbox-bench.ts";
import { type Answer, isNotification } from "../../apps/server/src/testing/frame.ts";
import { startTestServer } from "../../apps/server/src/testing/start-test-server.ts";
import type { TestClient } from "../../apps/server/src/testing/test-client.ts";
import { startScriptedModel } from "../scripted-model/scripted-model.ts";
import { startCodexServer } from "./codex-server.ts";
import { connect } from "./connect.ts";

/** Words are each server's own; the system's number in them is not. */
const errno = /os error (\d+)/;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const plainText = (bytes: string) => Buffer.from(bytes, "base64").toString();

/** A client that notes what it asked and what came of it, with the directory by one name. */
class Scene {
  readonly seen: unknown[] = [];
  readonly client: TestClient;
  readonly #root: string;

  constructor(client: TestClient, root: string) {
    this.client = client;
    this.#root = root;
  }

  at(path: string): string {
    return path === "" ? this.#root : `${this.#root}/${path}`;
  }

  note(what: string, value: unknown): void {
    const text = JSON.stringify([what, value]).replaceAll(this.#root, "<root>");
    this.seen.push(JSON.parse(text));
  }

  async ask(method: string, params: object): Promise<Answer> {
    const answer = await this.client.ask(method, params);
    const { result, error } = answer;
    this.note(method, error === undefined ? result : { code: error.code, errno: errno.exec(error.message)?.[1] });
    return answer;
  }

  /** What a command has said, by stream. */
  said(method: string, id: string): Record<string, string> {
    const said: Record<string, string> = {};
    for (const frame of this.client.frames) {
      if (!isNotification(frame, method)) continue;
      const { params } = frame;
      if (params.processId !== id && params.processHandle !== id) continue;
      said[params.stream] = (said[params.stream] ?? "") + plainText(params.deltaBase64);
    }
    return said;
  }
}

async function playFiles(scene: Scene): Promise<void> {
  const at = (path: string) => scene.at(path);
  const ask = (method: string, path: string, more: object = {}) =>
    scene.ask(`fs/${method}`, { path: at(path), ...more });
  await ask("writeFile", "a.txt", { dataBase64: base64("one\n") });
  await ask("readFile", "a.txt");
  await ask("writeFile", "a.txt", { dataBase64: "not base64!" });
  await ask("writeFile", "none/a.txt", { dataBase64: "" });
  await ask("createDirectory", "x/y/z");
  await ask("createDirectory", "x/y/z");
  await ask("createDirectory", "x/y/z", { recursive: false });
  await ask("createDirectory", "p/q", { recursive: false });
  for (const path of ["none", "x", ""]) await ask("readFile", path);
  for (const path of ["x", "none", "a.txt"]) await ask("readDirectory", path);
  for (const path of ["x", "a.txt"]) {
    const { result } = await scene.client.ask("fs/getMetadata", { path: at(path) });
    scene.note("fs/getMetadata", { ...result, createdAtMs: typeof result.createdAtMs, modifiedAtMs: "" });
  }
  await ask("getMetadata", "none");
  const copy = (from: string, to: string, more: object = {}) =>
    scene.ask("fs/copy", { sourcePath: at(from), destinationPath: at(to), ...more });
  await copy("a.txt", "x/b.txt");
  await copy("x", "copy");
  await copy("x", "copy", { recursive: true });
  await copy("none", "copy2");
  await ask("readFile", "copy/b.txt");
  await ask("remove", "none");
  await ask("remove", "none", { force: false });
  await ask("remove", "x", { recursive: false });
  await ask("remove", "x");
  await ask("remove", "a.txt");
  await ask("readDirectory", "");
  for (const method of ["readFile", "getMetadata", "readDirectory", "remove"]) {
    await scene.ask(`fs/${method}`, {});
  }
}

async function playCommands(scene: Scene): Promise<void> {
  const cwd = scene.at("");
  const exec = (script: string, more: object = {}) =>
    scene.ask("command/exec", {
      ...{ command: ["/bin/sh", "-c", script], cwd, sandboxPolicy: { type: "dangerFullAccess" } },
      ...more,
    });
  await exec("echo out; echo err >&2; exit 3");
  await exec("echo $FOO", { env: { FOO: "bar" } });
  await exec("pwd");
  await exec("", { command: [] });
  await exec("sleep 60", { timeoutMs: 100 });
  await exec("echo 1", { timeoutMs: -1 });
  await exec("echo 1", { timeoutMs: 1, disableTimeout: true });
  await exec("echo 1", { outputBytesCap: 1, disableOutputCap: true });
  await exec("echo 123456", { outputBytesCap: 3 });
  await exec("echo 1", { tty: true });
  await exec("echo 1", { size: { rows: 1, cols: 1 }, processId: "p" });
  await exec("echo 1", { tty: true, size: { rows: 0, cols: 1 }, processId: "p" });
  await exec("kill -9 $$");
  const streamed = { processId: "s", streamStdin: true, streamStdoutStderr: true };
  const running = exec("echo ready; cat; echo end >&2", streamed);
  await scene.client.notified("command/exec/outputDelta", ({ processId }) => processId === "s");
  await exec("echo 1", streamed);
  await scene.ask("command/exec/write", { processId: "s" });
  await scene.ask("command/exec/write", { processId: "s", deltaBase64: "not base64!" });
  await scene.ask("command/exec/resize", { processId: "s", size: { rows: 1, cols: 1 } });
  await scene.ask("command/exec/write", { processId: "s", deltaBase64: base64("in\n"), closeStdin: true });
  await running;
  scene.note("said", scene.said("command/exec/outputDelta", "s"));
  await scene.ask("command/exec/write", { processId: "s", closeStdin: true });
  const terminal = { processId: "t", tty: true, size: { rows: 7, cols: 9 } };
  await exec("stty size", terminal);
  scene.note("said", scene.said("command/exec/outputDelta", "t"));
  const ended = exec("echo ready; sleep 60", { processId: "e", streamStdoutStderr: true, disableTimeout: true });
  await scene.client.notified("command/exec/outputDelta", ({ processId }) => processId === "e");
  await scene.ask("command/exec/terminate", { processId: "e" });
  await ended;
  await scene.ask("command/exec/terminate", { processId: "e" });
}

async function playProcesses(scene: Scene): Promise<void> {
  const cwd = scene.at("");
  const spawn = (processHandle: string, script: string, more: object = {}) =>
    scene.ask("process/spawn", { command: ["/bin/sh", "-c", script], processHandle, cwd, ...more });
  const exited = async (handle: string) =>
    scene.note("exited", await scene.client.notified("process/exited", (params) => params.processHandle === handle));
  await spawn("one", "echo out; echo err >&2; exit 3");
  await exited("one");
  await spawn("two", "cat", { streamStdin: true, streamStdoutStderr: true });
  await spawn("two", "cat");
  await scene.ask("process/writeStdin", { processHandle: "two", deltaBase64: base64("in"), closeStdin: true });
  await exited("two");
  scene.note("said", scene.said("process/outputDelta", "two"));
  await spawn("three", "sleep 60", { timeoutMs: null });
  await scene.ask("process/writeStdin", { processHandle: "three", closeStdin: true });
  await scene.ask("process/resizePty", { processHandle: "three", size: { rows: 1, cols: 1 } });
  await scene.ask("process/kill", { processHandle: "three" });
  await exited("three");
  for (const method of ["kill", "writeStdin", "resizePty"]) {
    const more = { closeStdin: true, size: { rows: 1, cols: 1 } };
    await scene.ask(`process/${method}`, { processHandle: "none", ...more });
  }
  await spawn("", "echo 1");
}

async function playSearches(scene: Scene): Promise<void> {
  const root = scene.at("search");
  await scene.client.request("fs/createDirectory", { path: `${root}/sub/deep` });
  for (const name of ["a.txt", "sub/beta.ts", "sub/deep/alpha-file.ts"]) {
    await scene.client.request("fs/writeFile", { path: `${root}/${name}`, dataBase64: "" });
  }
  const plain = (files: readonly Record<string, unknown>[]) => files.map(({ score, ...rest }) => rest);
  const find = async (query: string, roots = [root]) => {
    const { files } = await scene.client.request("fuzzyFileSearch", { query, roots });
    scene.note(query, plain(files));
  };
  for (const query of ["beta.ts", "SUBALPHA", "deep", "", "zzzz"]) await find(query);
  await find("a", []);
  await find("a", [`${root}/none`]);
  const session = (method: string, params: object) =>
    scene.ask(`fuzzyFileSearch/session${method}`, { sessionId: "s", ...params });
  await session("Update", { query: "a" });
  await session("Start", { sessionId: "", roots: [root] });
  await session("Start", { roots: [root] });
  await session("Update", { query: "beta" });
  const updated = ({ query, files }: { query: string; files: readonly unknown[] }) =>
    query === "beta" && files.length > 0;
  const params = await scene.client.notified("fuzzyFileSearch/sessionUpdated", (told) => updated(told as never));
  scene.note("updated", { ...params, files: plain(params.files) });
  await session("Stop", {});
  await session("Update", { query: "a" });
  await session("Stop", {});
}

async function playWatches(scene: Scene): Promise<void> {
  const root = scene.at("watched");
  await scene.client.request("fs/createDirectory", { path: `${root}/sub` });
  const told = async (watchId: string) => {
    const { changedPaths } = await scene.client.notified("fs/changed", (params) => params.watchId === watchId);
    scene.note("fs/changed", changedPaths);
  };
  const write = (path: string) => scene.client.request("fs/writeFile", { path: `${root}/${path}`, dataBase64: "" });
  await scene.ask("fs/watch", { path: `${root}/sub/..`, watchId: "w" });
  await scene.ask("fs/watch", { path: root, watchId: "w" });
  await write("a");
  await told("w");
  await scene.ask("fs/unwatch", { watchId: "w" });
  await scene.ask("fs/unwatch", { watchId: "w" });
  await scene.ask("fs/watch", { path: `${root}/missing`, watchId: "" });
  await write("missing");
  await told("");
  await scene.ask("fs/watch", { watchId: "w" });
}

describe.skipIf(!hasBubblewrap)("errands of the real server and of ours", () => {
  const plays = {
    files: playFiles,
    commands: playCommands,
    processes: playProcesses,
    searches: playSearches,
    watches: playWatches,
  };

  test.for(Object.entries(plays))("%s", async ([, play]) => {
    const model = await startScriptedModel();
    onTestFinished(() => model.close());
    const codex = await startCodexServer(model.baseUrl);
    onTestFinished(() => codex.stop());
    const directory = await mkdtemp(join(tmpdir(), "skein-errands-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const theirs = new Scene(await connect(codex.url), directory);
    await play(theirs);
    theirs.client.socket.terminate();

    const server = await startTestServer();
    onTestFinished(() => server.stop());
    const headers = { authorization: `Bearer ${server.accessToken}` };
    const ours = new Scene(await connect(server.app.address.url.replace(/^http/, "ws"), headers), "/workspaces/main");
    await play(ours);
    ours.client.socket.terminate();
    expect(ours.seen).toEqual(theirs.seen);
    expect(ours.client.complaints).toEqual([]);
  });
});
