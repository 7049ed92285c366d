/**
 * However the bus loses, doubles and reorders what is committed, however followers come, stop reading and go on, and
 * whatever is compacted meanwhile: everyone is sent ranges that join, and in them every surviving event once.
 */
import { setImmediate as nextPhase } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingOf } from "./encode.ts";
import { chunk, diff, MemoryLog, RecordingFollower } from "./testing.ts";
import { ThreadChannel } from "./thread-channel.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 200);

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("commit" as const), count: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      which: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("noteHead" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), every: fc.integer({ min: 2, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("join" as const), back: fc.nat(15) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("fill" as const), who: fc.nat(5), room: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drain" as const), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hold" as const), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), who: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("database" as const), isDown: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

const framed = encodingOf(true, []);

class World {
  readonly log = new MemoryLog();
  readonly compacted = new Set<number>();
  readonly channel = new ThreadChannel({ threadId: "t", incarnation: "db", source: this.log, report: () => {} });
  readonly joined: {
    readonly start: number;
    readonly follower: RecordingFollower;
    readonly subscription: ReturnType<ThreadChannel["subscribe"]>;
  }[] = [];

  constructor() {
    this.log.pageEvents = 4;
    this.channel.noteHead({ headSeq: 0, logEpoch: 1 });
    this.#join(0);
  }

  async step(step: Action): Promise<void> {
    switch (step.do) {
      case "commit":
        for (let left = step.count; left > 0; left--) this.#commit();
        break;
      case "deliver":
        this.channel.publish(step.which.flatMap((back) => this.#event(this.log.head - back)));
        break;
      case "noteHead":
        this.channel.noteHead({ headSeq: this.log.head, logEpoch: 1 });
        break;
      case "compact":
        this.#compact(step.every);
        break;
      case "join":
        this.channel.noteHead({ headSeq: this.log.head, logEpoch: 1 });
        this.#join(Math.max(0, this.log.head - step.back));
        break;
      case "fill":
        this.#at(step.who).follower.room = step.room;
        break;
      case "drain":
        this.#drain(this.#at(step.who));
        break;
      case "hold":
        this.#at(step.who).subscription.hold();
        break;
      case "release":
        this.#at(step.who).subscription.resume();
        break;
      case "database":
        this.log.isDown = step.isDown;
        break;
      case "wait":
        await nextPhase();
    }
  }

  /** All is well again, and a head check finds what is missing. */
  async settle(): Promise<void> {
    this.log.isDown = false;
    for (const one of this.joined) {
      this.#drain(one);
      one.subscription.resume();
    }
    this.channel.publish(this.#event(this.log.head));
    for (let round = 0; round < 200 && !this.#isSettled(); round++) {
      this.channel.retry();
      await nextPhase();
    }
    this.channel.flush();
  }

  #isSettled(): boolean {
    return this.joined.every(({ follower }) => (follower.ranges.at(-1)?.to ?? 0) >= this.log.head);
  }

  #drain({ follower, subscription }: World["joined"][number]): void {
    follower.room = Number.POSITIVE_INFINITY;
    follower.isFull = false;
    subscription.goOn();
  }

  #commit(): void {
    this.log.head += 1;
    this.log.events.push(this.log.head % 5 === 0 ? diff(this.log.head) : chunk(this.log.head));
  }

  #event(seq: number) {
    if (seq < 1) return [];
    return [seq % 5 === 0 ? diff(seq) : chunk(seq)];
  }

  #compact(every: number): void {
    const isDoomed = (seq: number) => seq % 5 !== 0 && seq % every === 0;
    for (const { seq } of this.log.events.filter(({ seq }) => isDoomed(seq))) this.compacted.add(seq);
    this.log.events.splice(0, this.log.events.length, ...this.log.events.filter(({ seq }) => !isDoomed(seq)));
  }

  #join(start: number): void {
    const follower = new RecordingFollower();
    const subscription = this.channel.subscribe(framed, follower);
    subscription.start(start);
    this.joined.push({ start, follower, subscription });
  }

  #at(who: number) {
    return this.joined[who % this.joined.length] as World["joined"][number];
  }
}

test("ranges join, and hold every surviving event once", async () => {
  const property = fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
    const world = new World();
    for (const step of actions) await world.step(step);
    await world.settle();
    const { head } = world.log;
    for (const { start, follower } of world.joined) {
      let at = start;
      for (const { from, to, cursor, events } of follower.ranges) {
        expect(from).toBe(at);
        expect(to).toBeGreaterThan(from);
        expect(cursor).toBe(`db.1.${to}`);
        for (const { seq } of events) expect(seq > from && seq <= to).toBe(true);
        at = to;
      }
      if (start < head) expect(at).toBe(head);
      expect([...follower.seqs]).toEqual([...new Set(follower.seqs)].sort((left, right) => left - right));
      const missing = range(start + 1, at).filter((seq) => !follower.seqs.includes(seq));
      expect(missing.filter((seq) => !world.compacted.has(seq))).toEqual([]);
    }
    world.channel.close();
  });
  await fc.assert(property, { numRuns });
});

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
