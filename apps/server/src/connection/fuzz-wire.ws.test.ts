/**
 * WebSocket frames as no client may send them, or as only few do. What can be read is answered, everything else ends its connection, and
 * no connection stays behind. `SKEIN_TEST_FUZZ` and `SKEIN_TEST_FUZZ_SEED` as for messages.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { Writable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import { encodeFrame, opcodes, type WireFrame } from "./testing/wire-frame.ts";

const sequences = Math.ceil(Number(process.env.SKEIN_TEST_FUZZ ?? 4_000) / 20);
const seed = Number(process.env.SKEIN_TEST_FUZZ_SEED ?? 20_261_121);

let server: TestServer;
let log = "";

beforeAll(async () => {
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log += chunk;
      done();
    },
  });
  server = await startTestServer({ LOG_LEVEL: "info" }, undefined, stream);
});

afterAll(() => server.stop());

const hello = Buffer.from(
  JSON.stringify({ id: 1, method: "initialize", params: { clientInfo: { name: "wire", version: "1" } } }),
);
const question = Buffer.from(JSON.stringify({ id: "the last", method: "skein/server/info" }));

/** Opens, sends, and hangs up, where `awaited` is given after that has come; what the server said until it had closed too. */
async function say(bytes: readonly Buffer[], awaited?: string): Promise<Buffer> {
  const { hostname, port } = new URL(server.app.address.url);
  const socket = connect(Number(port), hostname);
  const said: Buffer[] = [];
  socket.on("data", (chunk) => said.push(chunk));
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.on("close", resolve));
  await once(socket, "connect");
  const head = [
    ...["GET / HTTP/1.1", `Host: ${hostname}:${port}`, `Authorization: Bearer ${server.accessToken}`],
    ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    ...["Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==", "", ""],
  ];
  socket.write(head.join("\r\n"));
  await once(socket, "data");
  for (const chunk of bytes) socket.write(chunk);
  while (awaited !== undefined && !Buffer.concat(said).includes(awaited)) await once(socket, "data");
  socket.end();
  await closed;
  return Buffer.concat(said);
}

const text = (payload: Buffer, more: Partial<WireFrame> = {}) =>
  encodeFrame({ opcode: opcodes.text, payload, ...more });

/** 0: the server has sent no close frame. */
function closeCodeOf(said: Buffer): number {
  for (let at = said.length - 4; at >= 0; at -= 1) {
    if (said[at] === 0x88 && said[at + 1] === said.length - at - 2) return said.readUInt16BE(at + 2);
  }
  return 0;
}

test("a message in many pieces, with pings between them, is one message", async () => {
  const pieces = [...question].map((byte, at) => [
    encodeFrame({ opcode: opcodes.ping, payload: Buffer.from(`${at}`) }),
    encodeFrame({
      opcode: at === 0 ? opcodes.text : opcodes.continuation,
      payload: Buffer.from([byte]),
      fin: at === question.length - 1,
    }),
  ]);
  const said = await say([text(hello), ...pieces.flat()], '"id":"the last"');
  expect(said.toString().match(/"id":"the last"/g)).toHaveLength(1);
  for (const at of [0, 20, question.length - 1])
    expect(said.includes(Buffer.from([0x8a, `${at}`.length, ...Buffer.from(`${at}`)]))).toBe(true);
});

describe("what is no WebSocket ends the connection with its code", () => {
  const giant = 1n << 62n;
  const cases: Readonly<Record<string, readonly [readonly Buffer[], number]>> = {
    "an unmasked frame": [[text(question, { masked: false })], 1002],
    "a reserved bit": [[text(question, { reserved: 4 })], 1002],
    "a reserved opcode": [[encodeFrame({ opcode: 5, payload: question })], 1002],
    "a piece of nothing": [[encodeFrame({ opcode: opcodes.continuation, payload: question })], 1002],
    "a message inside another": [[text(question, { fin: false }), text(question)], 1002],
    "a ping in pieces": [[encodeFrame({ opcode: opcodes.ping, payload: question, fin: false })], 1002],
    "a ping that is too long": [[encodeFrame({ opcode: opcodes.ping, payload: Buffer.alloc(126) })], 1002],
    "text that is no UTF-8": [[text(Buffer.from([0x22, 0xc3, 0x28, 0x22]))], 1007],
    "text whose pieces are no UTF-8": [
      [
        text(Buffer.from([0x22, 0xe2]), { fin: false }),
        encodeFrame({ opcode: opcodes.continuation, payload: Buffer.from([0x22]) }),
      ],
      1007,
    ],
    "a length beyond the limit": [[text(question, { claimedLength: 1n << 30n })], 1009],
    "a length beyond all numbers": [[text(question, { claimedLength: giant })], 1009],
    "a close code that does not exist": [[encodeFrame({ opcode: opcodes.close, payload: Buffer.from([0, 1]) })], 1002],
  };
  for (const [name, [frames, code]] of Object.entries(cases)) {
    test(name, async () => {
      expect(closeCodeOf(await say([text(hello), ...frames]))).toBe(code);
    });
  }
});

const arbitraryFrame = fc.record<WireFrame>(
  {
    opcode: fc.oneof(fc.constantFrom(...Object.values(opcodes)), fc.nat(15)),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(
        question,
        hello,
        question.subarray(0, 7),
        Buffer.from([0xed, 0xa0, 0x80]),
        Buffer.alloc(70_000, 0x20),
      ),
    ),
    fin: fc.boolean(),
    reserved: fc.oneof({ arbitrary: fc.constant(0), weight: 6 }, { arbitrary: fc.nat(7), weight: 1 }),
    masked: fc.oneof({ arbitrary: fc.constant(true), weight: 6 }, { arbitrary: fc.boolean(), weight: 1 }),
    claimedLength: fc.constantFrom(0n, 5n, 126n, 70_000n, 1n << 24n, 1n << 40n),
  },
  { requiredKeys: ["opcode", "payload"] },
);

test(`${sequences} sequences of frames from the seed ${seed} leave nothing behind`, async () => {
  const inputs = fc.sample(fc.array(arbitraryFrame, { minLength: 1, maxLength: 8 }), { seed, numRuns: sequences });
  const pending = [...inputs];
  const worker = async () => {
    for (let frames = pending.pop(); frames !== undefined; frames = pending.pop()) {
      const said = (await say([text(hello), ...frames.map(encodeFrame), text(question)])).toString();
      expect(said).not.toContain("Internal error");
      expect(said.split('"id":"the last"').length).toBeLessThanOrEqual(frames.length + 2);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await expect
    .poll(async () => (await fetch(`${server.app.address.url}/metrics`)).text())
    .toMatch(/skein_connections 0$/m);
  await say([text(hello), text(question)], '"id":"the last"');
  expect(log.split("\n").filter((line) => /"level":[56]0/.test(line))).toEqual([]);
});
