/**
 * Whatever the network does, a thread's store ends with what the log says. Each step commits, delivers, cuts, loses or
 * doubles frames, compacts the log, or asks for older pages.
 */

import type { Timeline } from "@skein/timeline/reduce/timeline";
import { arbitraryLog } from "@skein/timeline/testing/arbitrary-log";
import { fold, threadId } from "@skein/timeline/testing/fold";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SkeinClient } from "../skein-client.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { settle } from "../testing/settle.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 100);

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("commit" as const), events: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("deliver" as const), messages: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const), code: fc.constantFrom(1006, 1012, 4413) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("disturb" as const), how: fc.constantFrom("lose", "double") }) },
  { weight: 3, arbitrary: fc.constant({ do: "reconnect" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "loadOlder" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), bit: fc.nat(1) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const setup = fc.record({
  pageTurns: fc.integer({ min: 1, max: 3 }),
  maxBehind: fc.constantFrom(5, 40, Number.POSITIVE_INFINITY),
  maxFrameEvents: fc.integer({ min: 1, max: 12 }),
});

/** The last `count` turns without how the reader came to know them. */
function shown(timeline: Timeline, count: number) {
  const turns = timeline.turns.slice(timeline.turns.length - count).map(({ asOf: _, items, ...turn }) => ({
    ...turn,
    items: items.map(({ asOf: _, ...view }) => view),
  }));
  const { seq, name, activeTurnId } = timeline;
  const pending = timeline.pendingApprovals.map(({ requestId }) => requestId);
  return { turns, seq, name, activeTurnId, pending };
}

class World {
  readonly clock = new FakeClock();
  readonly server: FakeServer;
  readonly client;
  readonly store;

  constructor(server: FakeServer, pageTurns: number) {
    this.server = server;
    this.client = new SkeinClient(server.openSocket, {
      clientInfo: { name: "test", version: "0" },
      schedule: (flush) => flush(),
      clock: this.clock,
      surroundings: { isOnline: () => true, isWatched: () => true, watch: () => () => {} },
      pageTurns,
    });
    this.store = this.client.openThread(threadId);
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case "commit":
        this.server.commit(this.server.head + step.events);
        break;
      case "deliver":
        this.server.deliver(step.messages);
        break;
      case "cut":
        this.server.cut(step.code);
        break;
      case "disturb":
        this.server.disturb(step.how as "lose" | "double");
        break;
      case "reconnect":
        this.clock.advance(20_000);
        this.server.accept();
        break;
      case "loadOlder":
        void this.store.loadOlder();
        break;
      case "compact":
        this.server.compact(
          (itemId) => (itemId.length + (itemId.codePointAt(itemId.length - 1) ?? 0)) % 2 === step.bit,
        );
    }
    await settle();
  }

  /** The network holds from now on. */
  async calmDown(head: number): Promise<void> {
    this.server.commit(head);
    for (let round = 0; round < 200; round += 1) {
      if (this.client.state.getSnapshot().type !== "live") await this.step({ do: "reconnect" });
      if (this.server.inFlight > 0) this.server.deliver();
      await settle();
      const isQuiet = this.client.state.getSnapshot().type === "live" && this.server.inFlight === 0;
      if (isQuiet && this.isCurrent(head)) return;
      // A lost frame shows when the next one leaves a gap; a server without news has its heartbeat for that.
      if (isQuiet) this.server.cut();
    }
    throw new Error("the client never came to rest");
  }

  isCurrent(head: number): boolean {
    const { phase, timeline } = this.store.getSnapshot();
    return phase.type === "live" && timeline?.seq === head;
  }
}

const timeout = 60_000;

test("any commits, cuts, losses, repeats and compactions lead to what the log says", { timeout }, async () => {
  const property = fc.asyncProperty(
    arbitraryLog,
    setup,
    fc.nat(100),
    fc.array(step, { maxLength: 50 }),
    async (log, { pageTurns, maxBehind, maxFrameEvents }, percent, steps) => {
      const server = new FakeServer(log, Math.floor((log.length * percent) / 100));
      Object.assign(server, { maxBehind, maxFrameEvents });
      const world = new World(server, pageTurns);
      for (const next of steps) await world.step(next);
      await world.calmDown(log.length);
      const whole = fold(log);
      const { timeline } = world.store.getSnapshot();
      if (timeline === null) throw new Error("no timeline");
      expect(shown(timeline, timeline.turns.length)).toEqual(shown(whole, timeline.turns.length));
      await loadAll(world);
      const all = world.store.getSnapshot().timeline ?? whole;
      expect(all.turns.map(({ id }) => id)).toEqual(whole.turns.map(({ id }) => id));
      expect(shown(all, all.turns.length)).toEqual(shown(whole, whole.turns.length));
      world.client.close();
    },
  );
  await fc.assert(property, { numRuns });
});

async function loadAll(world: World): Promise<void> {
  while (world.store.getSnapshot().timeline?.window.olderCursor) {
    void world.store.loadOlder();
    world.server.deliver();
    await settle();
  }
}
