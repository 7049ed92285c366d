import { expect, test } from "vitest";
import type { HostProcess } from "../host/runner-host.ts";
import { processWindowBytes } from "../link/limits.ts";
import { ProcessRelay } from "./process-relay.ts";

function processSaying(chunks: readonly Uint8Array[]): HostProcess {
  const nothing = async () => {};
  return {
    processId: "p",
    output: (async function* () {})(),
    chunks: (async function* () {
      for (const bytes of chunks) yield { stream: "stdout" as const, bytes };
    })(),
    exit: Promise.resolve({ exitCode: 0, signal: null }),
    ...{ write: nothing, closeStdin: nothing, resize: nothing, interrupt: nothing, kill: nothing },
  };
}

test("output goes no further ahead than the window", async () => {
  const said: number[] = [];
  const chunk = new Uint8Array(processWindowBytes + 10);
  const relay = new ProcessRelay(1, processSaying([chunk]), (_, body) => void said.push(body?.length ?? 0));
  const done = relay.run();
  await expect.poll(() => said).toEqual([processWindowBytes]);
  relay.acknowledge(processWindowBytes);
  await done;
  expect(said).toEqual([processWindowBytes, 10, 0]);
});

test("a command that nobody listens to any more is read to its end, however much it still says", async () => {
  const said: number[] = [];
  const chunks = Array.from({ length: 5 }, () => new Uint8Array(processWindowBytes));
  const relay = new ProcessRelay(1, processSaying(chunks), (_, body) => void said.push(body?.length ?? 0));
  const done = relay.run();
  await expect.poll(() => said).toEqual([processWindowBytes]);
  relay.abandon();
  await done;
  expect(said).toEqual([processWindowBytes, 0]);
});
