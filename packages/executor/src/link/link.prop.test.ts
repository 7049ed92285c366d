/** Whatever is lost on the way, and whenever: each side gets what the other sent, once and in order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Carrier, Link } from "./link.ts";

interface Way {
  readonly toLeft: Uint8Array[];
  readonly toRight: Uint8Array[];
}

/** Two ends of a link over connections that lose whatever has not arrived when they are cut. */
class Wire {
  readonly left = this.#end();
  readonly right = this.#end();
  #way: Way = { toLeft: [], toRight: [] };
  #carriers: { readonly left: Carrier; readonly right: Carrier } | null = null;

  #end(maxKeptBytes = 1_000_000) {
    const received: unknown[] = [];
    const broken: string[] = [];
    const link = new Link({
      maxKeptBytes,
      received: ({ header, body }) => void received.push([header, Buffer.from(body).toString()]),
      broken: (reason) => void broken.push(reason),
    });
    return { link, received, broken, sent: [] as unknown[] };
  }

  connect(): void {
    if (this.#carriers !== null) return;
    const way: Way = { toLeft: [], toRight: [] };
    const carriers = {
      left: { send: (message: Uint8Array) => void way.toRight.push(message) },
      right: { send: (message: Uint8Array) => void way.toLeft.push(message) },
    };
    [this.#way, this.#carriers] = [way, carriers];
    const [leftReceived, rightReceived] = [this.left.link.received, this.right.link.received];
    this.left.link.attach(carriers.left, rightReceived);
    this.right.link.attach(carriers.right, leftReceived);
  }

  cut(): void {
    if (this.#carriers === null) return;
    this.left.link.detach(this.#carriers.left);
    this.right.link.detach(this.#carriers.right);
    this.#carriers = null;
    this.#way = { toLeft: [], toRight: [] };
  }

  deliver(side: "left" | "right", count: number): void {
    const queue = side === "left" ? this.#way.toLeft : this.#way.toRight;
    for (const message of queue.splice(0, count)) this[side].link.receive(message);
  }

  settle(): void {
    this.connect();
    while (this.#way.toLeft.length + this.#way.toRight.length > 0) {
      this.deliver("left", 1000);
      this.deliver("right", 1000);
    }
  }
}

const side = fc.constantFrom("left" as const, "right" as const);
const step = fc.oneof(
  fc.record({ type: fc.constant("send" as const), side, body: fc.string({ maxLength: 200 }) }),
  fc.record({ type: fc.constant("now" as const), side }),
  fc.record({ type: fc.constant("deliver" as const), side, count: fc.nat({ max: 30 }) }),
  fc.record({ type: fc.constant("cut" as const) }),
  fc.record({ type: fc.constant("connect" as const) }),
);

test("every message arrives once and in order, whatever is cut", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const wire = new Wire();
      let number = 0;
      for (const one of steps) {
        if (one.type === "connect") wire.connect();
        if (one.type === "cut") wire.cut();
        if (one.type === "deliver") wire.deliver(one.side, one.count);
        if (one.type === "now") wire[one.side].link.sendNow("now");
        if (one.type === "send") {
          const content = { number: ++number };
          wire[one.side].link.send(content, Buffer.from(one.body));
          wire[one.side].sent.push([content, Buffer.from(one.body).toString()]);
        }
      }
      wire.settle();
      const kept = (received: unknown[]) => received.filter((one) => (one as unknown[])[0] !== "now");
      expect(kept(wire.right.received)).toEqual(wire.left.sent);
      expect(kept(wire.left.received)).toEqual(wire.right.sent);
      expect([...wire.left.broken, ...wire.right.broken]).toEqual([]);
    }),
    { numRuns: Number(process.env.SKEIN_TEST_RUNS ?? 300) },
  );
});
