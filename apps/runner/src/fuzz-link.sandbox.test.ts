/**
 * Somebody who has the runner's token and does not speak its protocol: greetings and messages that are broken, cut, repeated, out of order,
 * too long, or well formed and about what is not theirs. Each ends its own session at the most; a command of another node's goes on and loses
 * no byte, and nothing of it is heard elsewhere.
 *
 * `SKEIN_TEST_FUZZ`, `SKEIN_TEST_FUZZ_SEED`: as for the clients' messages of the server, of which there are twenty for each session here.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { encodeHello } from "@skein/executor/link/handshake";
import { encodeFrame } from "@skein/executor/rpc/frame";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { openRemoteBench, type RemoteBench } from "./host-bench.ts";
import { runnerToken } from "./runner-process.ts";
import { hasBubblewrap } from "./sandbox-bench.ts";
import { commandSpec, OutputReader } from "./sandbox-command.ts";

const sessions = Math.ceil(Number(process.env.SKEIN_TEST_FUZZ ?? 4_000) / 20);
const seed = Number(process.env.SKEIN_TEST_FUZZ_SEED ?? 20_261_121);
const marker = "bittern2e8f";

type Random = () => number;

/** Numbers from 0 to below 1 that depend on the seed alone. */
function numbersFrom(start: number): Random {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const oneOf = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const helloOf = () => encodeHello({ session: randomUUID(), resume: false, received: 0, replaces: null });

const greetings: readonly ((random: Random) => string | Uint8Array)[] = [
  helloOf,
  helloOf,
  helloOf,
  () => encodeHello({ session: randomUUID(), resume: true, received: 9, replaces: randomUUID() }),
  () => "",
  () => "null",
  () => "[".repeat(50_000),
  () => '{"protocol":99}',
  () => Buffer.from([0, 1, 2, 255]),
  (random) => helloOf().slice(0, Math.floor(random() * 60)),
];

const owned = { thread: "t", fence: 1 };
/** Well formed as far as anybody can see, and about what is not there or not theirs. */
const asked: readonly object[] = [
  { id: 1, method: "environment/open", params: owned },
  { id: 1, method: "fs/readFile", params: { ...owned, path: "/etc/shadow", maxBytes: 1e9 } },
  { id: 1, method: "fs/list", params: { ...owned, path: "/", maxEntries: 1 } },
  { id: 1, method: "process/kill", params: { process: 1 } },
  { id: 1, method: "process/acknowledge", params: { process: 1, bytes: Number.MAX_SAFE_INTEGER } },
  { id: 1, method: "environment/close", params: owned },
  { id: 1, method: "lease/renew", params: { ...owned, validForMs: -1 } },
  { id: 1, method: "network/decide", params: { ask: 1, verdict: { type: "allow" } } },
  { id: -1, method: "__proto__", params: null },
  { id: "1", method: 7 },
  { method: "workspace/remove", params: { workspace: ".." } },
  {},
];

function messageOf(random: Random, number: number): string | Uint8Array {
  const received = random() < 0.2 ? Math.floor(random() * 1e6) : 0;
  const content = oneOf(random, asked);
  const whole = Buffer.concat(encodeFrame({ number, received, content }, Buffer.alloc(Math.floor(random() * 64))));
  switch (Math.floor(random() * 8)) {
    case 0:
      return whole.subarray(0, Math.floor(random() * whole.length));
    case 1:
      return Buffer.concat([whole, whole]);
    case 2:
      whole.writeUInt32BE(Math.floor(random() * 2 ** 32), 0);
      return whole;
    case 3:
      whole[Math.floor(random() * whole.length)] = Math.floor(random() * 256);
      return whole;
    case 4:
      return "words where bytes are expected";
    case 5:
      return Buffer.concat(encodeFrame({ number: null, received, content: "[".repeat(9_000) }));
    default:
      return whole;
  }
}

describe.skipIf(!hasBubblewrap)("a runner", () => {
  let bench: RemoteBench;
  afterEach(() => bench?.close());

  test(`outlives ${sessions} sessions from the seed ${seed} that do not speak its protocol`, async () => {
    const random = numbersFrom(seed);
    bench = await openRemoteBench();
    const environment = await bench.thread("t");
    const script = `echo ${marker} > file; while read -r line; do echo "${marker} $line"; done`;
    const process = await environment.start(commandSpec(environment, script, { tty: { columns: 80, rows: 24 } }));
    const output = new OutputReader(process);
    const heard: string[] = [];
    for (let index = 0; index < sessions; index += 1) {
      const socket = new WebSocket(bench.runner.url, { headers: { authorization: `Bearer ${runnerToken}` } });
      socket.on("message", (data: Buffer) => heard.push(data.toString("latin1")));
      socket.on("error", () => {});
      await once(socket, "open");
      socket.send(oneOf(random, greetings)(random));
      for (let number = 1; number <= 8; number += 1) {
        socket.send(messageOf(random, random() < 0.9 ? number : Math.floor(random() * 1e9)));
      }
      if (index % 50 === 0) socket.send(Buffer.alloc(26 * 1024 * 1024));
      // What was sent is there when this is answered, or the connection is over.
      socket.ping();
      await Promise.race([once(socket, "pong"), once(socket, "close")]);
      socket.terminate();
      if (index % 20 === 0) {
        await process.write(Buffer.from(`${index}\n`));
        await output.until((text) => text.includes(`${marker} ${index}\r\n`));
      }
    }
    expect(heard.join("")).not.toContain(marker);
    expect(Buffer.from((await environment.readFile(`${environment.info.root}/file`, 100)) ?? []).toString()).toBe(
      `${marker}\n`,
    );
    await process.kill();
  });
});
