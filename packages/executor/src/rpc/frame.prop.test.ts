import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, type Frame, FrameDecoder } from "./frame.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 100);

test("frames survive any cutting of the stream, bodies byte for byte", () => {
  const messages = fc.array(fc.tuple(fc.jsonValue(), fc.uint8Array({ maxLength: 300 })), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (sent, cuts) => {
      const wire = Buffer.concat(sent.flatMap(([header, body]) => encodeFrame(header, body)));
      const decoder = new FrameDecoder();
      const received: Frame[] = [];
      for (let at = 0, cut = 0; at < wire.length; cut++) {
        const size = cuts[cut % cuts.length] ?? 1;
        received.push(...decoder.push(wire.subarray(at, at + size)));
        at += size;
      }
      expect(received.map((frame) => [frame.header, Buffer.from(frame.body).toString("hex")])).toEqual(
        sent.map(([header, body]) => [JSON.parse(JSON.stringify(header)), Buffer.from(body).toString("hex")]),
      );
    }),
    { numRuns },
  );
});
