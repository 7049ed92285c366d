/** What is read of a program in a sandbox, which may be another than the one that was started there, is bounded. */
import { EnvironmentFailure } from "@skein/core/ports";
import { expect, test } from "vitest";
import type { HostProcess } from "../host/runner-host.ts";
import { askTree } from "./ask-tree.ts";

const chunkBytes = 4096;

/** Says what `words` give, in chunks, until it is killed or they end. */
function start(words: Iterable<string>) {
  const killed = Promise.withResolvers<void>();
  let handedOut = 0;
  const process: HostProcess = {
    processId: "p",
    chunks: (async function* () {
      for (const word of words) {
        handedOut += word.length;
        yield { stream: "stdout" as const, bytes: Buffer.from(word) };
      }
      killed.resolve();
    })(),
    output: (async function* () {})(),
    exit: killed.promise.then(() => ({ exitCode: 0, signal: null })),
    write: async () => {},
    closeStdin: async () => {},
    resize: async () => {},
    interrupt: async () => {},
    kill: async () => killed.resolve(),
  };
  return { environment: { start: async () => process }, process, handedOut: () => handedOut };
}

function* endless(word: string): Generator<string> {
  for (;;) yield word;
}

const measure = { type: "measure", root: "/" } as const;

test("a line without an end is given up after its first 64 KiB, with the process that writes it", async () => {
  const { environment, process, handedOut } = start(endless("x".repeat(chunkBytes)));
  await expect(askTree(environment, measure)).rejects.toThrow(EnvironmentFailure);
  expect(await process.exit).toEqual({ exitCode: 0, signal: null });
  expect(handedOut()).toBe(64 * 1024 + chunkBytes);
});

test("reports come whole however they are cut, and what is none is passed over", async () => {
  const text = `remark\n{"type":"progress","bytes":1,"files":1}\n{"type":"done","bytes":2,"files":3}\n`;
  const told: unknown[] = [];
  const asking = { progress: (use: unknown) => void told.push(use) };
  expect(await askTree(start(text).environment, measure, asking)).toEqual({ bytes: 2, files: 3 });
  expect(told).toEqual([{ bytes: 1, files: 1, stage: undefined }]);
});
