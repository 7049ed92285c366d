import { describe, expect, test } from "vitest";
import { encodeFrame, FrameError, maxHeaderBytes } from "../rpc/frame.ts";
import { Link } from "./link.ts";

function open(maxKeptBytes = 10_000) {
  const [sent, received, broken]: [Uint8Array[], unknown[], string[]] = [[], [], []];
  const link = new Link({
    maxKeptBytes,
    received: ({ header }) => void received.push(header),
    broken: (reason) => void broken.push(reason),
  });
  return { link, sent, received, broken, carrier: { send: (message: Uint8Array) => void sent.push(message) } };
}

const message = (header: object) => Buffer.concat(encodeFrame(header));

describe("a link", () => {
  test("keeps what nobody acknowledges up to its bound, and is broken beyond", () => {
    const { link, broken } = open(1_000);
    for (let count = 0; count < 3; count++) link.send("x".repeat(200));
    expect(broken).toEqual([]);
    link.send("x".repeat(500));
    expect(broken).toEqual(["more than 1000 bytes wait to be received"]);
  });

  test("refuses a message above the caps, and goes on as if it had never been", () => {
    const [near, far] = [open(2 * maxHeaderBytes), open()];
    near.link.attach({ send: (bytes) => far.link.receive(bytes) }, 0);
    expect(() => near.link.send("x".repeat(maxHeaderBytes))).toThrow(FrameError);
    near.link.send("next");
    expect(far.received).toEqual(["next"]);
    expect(near.broken).toEqual([]);
  });

  test("forgets what is acknowledged, however much has passed", () => {
    const [near, far] = [open(2_000), open()];
    near.link.attach(near.carrier, 0);
    far.link.attach({ send: (bytes) => near.link.receive(bytes) }, 0);
    for (let count = 0; count < 1_000; count++) {
      near.link.send(`message ${count}`);
      for (const bytes of near.sent.splice(0)) far.link.receive(bytes);
    }
    expect(far.received).toHaveLength(1_000);
    expect(near.broken).toEqual([]);
  });

  test("sends again over a new connection what the other side lacks, and nothing else", () => {
    const { link, sent, carrier } = open();
    link.attach(carrier, 0);
    for (const content of ["a", "b", "c"]) link.send(content);
    link.detach(carrier);
    link.send("d");
    sent.length = 0;
    link.attach(carrier, 2);
    expect(sent.map((bytes) => /"content":"(.)"/.exec(Buffer.from(bytes).toString())?.[1])).toEqual(["c", "d"]);
  });

  test("the end of an earlier connection does not end the one that took its place", () => {
    const { link, carrier } = open();
    link.attach(carrier, 0);
    link.attach({ send: () => {} }, 0);
    link.detach(carrier);
    expect(link.isAttached).toBe(true);
  });

  test.each([
    ["a message that came too early", { number: 2, received: 0, content: "x" }, "message 2 came after 0"],
    ["an acknowledgement of what was never sent", { number: null, received: 1, content: null }, "never sent"],
    ["a message without a number", { received: 0, content: "x" }, "number"],
  ])("refuses %s", (_what, header, problem) => {
    const { link } = open();
    expect(() => link.receive(message(header))).toThrow(problem);
  });

  test("refuses what is not exactly one frame", () => {
    const one = message({ number: 1, received: 0, content: "x" });
    const { link } = open();
    expect(() => link.receive(one.subarray(0, one.length - 1))).toThrow("not one frame");
    expect(() => link.receive(Buffer.concat([one, one]))).toThrow("not one frame");
  });

  test("is broken when the other side claims to have more than was sent", () => {
    const { link, broken, carrier } = open();
    link.attach(carrier, 5);
    expect(broken).toEqual(["the other side has what was never sent"]);
    expect(link.isAttached).toBe(false);
  });
});
