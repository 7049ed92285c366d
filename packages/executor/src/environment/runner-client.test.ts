/** A runner may have been taken over by a command: whatever it says, the environment fails and the server does not. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { encodeFrame, FrameDecoder } from "../rpc/frame.ts";
import type { SealedChild } from "../sandbox/spawn-sealed.ts";
import { RemoteProcess } from "./remote-process.ts";
import { RunnerClient } from "./runner-client.ts";

const windowBytes = 100;

function connect() {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const child = Object.assign(new EventEmitter(), {
    stdin,
    stdout,
    stderr: new PassThrough(),
  }) as unknown as SealedChild;
  const complaints: string[] = [];
  const client = new RunnerClient(
    child,
    () => 7,
    (reason) => complaints.push(reason),
  );
  const decoder = new FrameDecoder();
  const sent: unknown[] = [];
  stdin.on("data", (chunk) => sent.push(...decoder.push(chunk).map((frame) => frame.header)));
  const process = new RemoteProcess("p", windowBytes, silentControl, { notice: null, explain: () => null });
  client.register(process);
  const say = async (header: unknown, body?: Uint8Array) => {
    for (const bytes of encodeFrame(header, body)) stdout.write(bytes);
    await new Promise(setImmediate);
  };
  return { client, complaints, sent, process, say, stdout };
}

const silentControl = {
  acknowledge: () => {},
  write: async () => {},
  closeStdin: async () => {},
  resize: async () => {},
  interrupt: async () => {},
  kill: async () => {},
};

const output = (seq: number, processId = "p") => ({ method: "process/output", params: { processId, seq } });

test.each<[string, unknown, Uint8Array?]>([
  ["a header of another shape", { method: "process/owned", params: {} }],
  ["no object at all", "hello"],
  ["an answer that nobody asked for", { id: 99, result: {} }],
  ["output of an unknown process", output(1, "other"), Buffer.from("x")],
  ["output out of turn", output(2), Buffer.from("x")],
  ["more output than the window", output(1), Buffer.alloc(windowBytes + 1)],
  ["an end out of turn", { method: "process/exited", params: { processId: "p", seq: 5, exitCode: 0, signal: null } }],
  [
    "an exit code that is none",
    { method: "process/exited", params: { processId: "p", seq: 1, exitCode: "0", signal: null } },
  ],
])("%s ends the conversation", async (_name, header, body) => {
  const { complaints, say } = connect();
  await say(header, body);
  expect(complaints).toHaveLength(1);
});

test("noise instead of frames ends the conversation", async () => {
  const { complaints, stdout } = connect();
  stdout.write("bwrap: Can't find source path /x: No such file or directory\n");
  await new Promise(setImmediate);
  expect(complaints).toHaveLength(1);
});

test("a malformed result fails the request and ends the conversation", async () => {
  const { client, complaints, say } = connect();
  const asked = client.request("environment/info", {});
  const failed = expect(asked).rejects.toMatchObject({ name: "EnvironmentFailure" });
  await say({ id: 1, result: { processes: -1 } });
  await failed;
  expect(complaints).toHaveLength(1);
});

test("every request carries the fence", async () => {
  const { client, sent, say } = connect();
  const asked = client.request("environment/info", {});
  await say({ id: 1, result: { processes: 3 } });
  expect((await asked).result).toEqual({ processes: 3 });
  expect(sent).toEqual([{ id: 1, method: "environment/info", fence: 7, params: {} }]);
});

test("errors of files and of commands become the failures of the port", async () => {
  const { client, say } = connect();
  const file = expect(client.request("fs/kind", { path: "/x" })).rejects.toMatchObject({
    name: "FileFailure",
    code: "EACCES",
  });
  await say({ id: 1, error: { code: "EACCES", message: "no" } });
  await file;
  const command = expect(client.request("process/kill", { processId: "p" })).rejects.toMatchObject({
    name: "EnvironmentFailure",
    message: "another node owns the thread now",
  });
  await say({ id: 2, error: { code: "STALE_FENCE", message: "another node owns the thread now" } });
  await command;
});
