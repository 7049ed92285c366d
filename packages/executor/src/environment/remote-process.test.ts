import { EnvironmentFailure } from "@skein/core/ports";
import { expect, test } from "vitest";
import { type ProcessControl, RemoteProcess } from "./remote-process.ts";

const exit = { exitCode: 0, signal: null };

function start(windowBytes = 100) {
  const acknowledged: number[] = [];
  const control: ProcessControl = {
    acknowledge: (bytes) => acknowledged.push(bytes),
    write: async () => {},
    closeStdin: async () => {},
    resize: async () => {},
    interrupt: async () => {},
    kill: async () => {},
  };
  return { acknowledged, process: new RemoteProcess("p", windowBytes, control, { notice: null, explain: () => null }) };
}

async function read(process: RemoteProcess): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.output) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("exit settles after the reader has had the last byte", async () => {
  const { process } = start();
  const order: string[] = [];
  const reading = (async () => {
    for await (const chunk of process.output) {
      await new Promise(setImmediate);
      order.push(Buffer.from(chunk).toString());
    }
  })();
  void process.exit.then(() => order.push("exit"));
  process.take(1, Buffer.from("a"));
  process.take(2, Buffer.from("b"));
  process.finish(3, exit);
  await reading;
  expect(await process.exit).toEqual(exit);
  expect(order).toEqual(["a", "b", "exit"]);
});

test("what is read is acknowledged in quarters of the window, what is not read is not", async () => {
  const { process, acknowledged } = start(100);
  const iterator = process.output[Symbol.asyncIterator]();
  process.take(1, Buffer.alloc(10));
  process.take(2, Buffer.alloc(20));
  await iterator.next();
  expect(acknowledged).toEqual([]);
  await iterator.next();
  expect(acknowledged).toEqual([30]);
});

test("after a kill output is acknowledged unread, and still handed out", async () => {
  const { process, acknowledged } = start(100);
  process.take(1, Buffer.from("before"));
  await process.kill();
  process.take(2, Buffer.from("after"));
  expect(acknowledged).toEqual([6, 5]);
  process.finish(3, { exitCode: null, signal: "SIGKILL" });
  expect(await read(process)).toBe("beforeafter");
});

test("a sandbox that dies ends the output and fails the exit", async () => {
  const { process } = start();
  process.take(1, Buffer.from("a"));
  process.fail(new EnvironmentFailure("the sandbox has ended"));
  expect(await read(process)).toBe("a");
  await expect(process.exit).rejects.toThrow("the sandbox has ended");
});
