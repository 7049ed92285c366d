/**
 * Whatever network and database do, and however often the page is reloaded, every command takes effect exactly once, those of a
 * thread in the order in which they were given; only what the server refused has none.
 */
import type { ParamsInput } from "@skein/protocol/methods";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ConnectionLost, RpcError } from "../rpc/rpc-error.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { settle } from "../testing/settle.ts";
import { Outbox } from "./outbox.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 300);

interface Effect {
  readonly threadId: string;
  readonly key: string;
}

interface Request {
  readonly params: ParamsInput<"turn/start">;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

class World {
  readonly clock = new FakeClock();
  /** What the server did, in order; it does nothing twice under one key. */
  readonly effects: Effect[] = [];
  readonly given: Effect[] = [];
  readonly refused = new Set<string>();
  /** Of requests, by key. */
  readonly results = new Map<string, unknown>();
  outbox: Outbox;
  #underWay: Request[] = [];
  #stored: string | null = null;
  #isConnected = false;
  #isAway = false;

  constructor() {
    this.outbox = this.#open();
  }

  give(threadId: string, isPosted: boolean): void {
    const key = `key-${this.given.length}`;
    this.given.push({ threadId, key });
    const params = { threadId, clientUserMessageId: key, input: [] };
    if (isPosted) void this.outbox.post("turn/start", params);
    else {
      const note = (result: unknown) => this.results.set(key, result);
      this.outbox.request("turn/start", params).then(note, note);
    }
  }

  connect(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.outbox.connected();
    if (this.#isAway) this.outbox.hold();
  }

  /** The server's database goes away, or is back. */
  setDatabase(isAway: boolean): void {
    if (this.#isAway === isAway) return;
    this.#isAway = isAway;
    if (!this.#isConnected) return;
    if (isAway) this.outbox.hold();
    else this.outbox.release();
  }

  cut(): void {
    const lost = this.#underWay.splice(0);
    this.#isConnected = false;
    this.outbox.disconnected();
    for (const { reject } of lost) reject(new ConnectionLost());
  }

  reload(): void {
    this.#underWay = [];
    this.#isConnected = false;
    this.outbox.close();
    this.outbox = this.#open();
  }

  /** The server takes the oldest request that it has, and says something about it, or dies before it can. */
  serve(answer: "done" | "later" | "never" | "lost"): void {
    const request = this.#underWay.shift();
    if (request === undefined) return;
    const { threadId, clientUserMessageId } = request.params;
    const key = clientUserMessageId ?? "";
    const isRepeated = this.effects.some((effect) => effect.key === key);
    if (this.#isAway) {
      request.reject(new RpcError(-32001, "Saving is paused", { kind: "databaseUnavailable", retry: "later" }));
    } else if (!isRepeated && answer === "later") {
      request.reject(new RpcError(-32001, "busy", { kind: "overloaded", retry: "later" }));
    } else if (!isRepeated && answer === "never") {
      this.refused.add(key);
      request.reject(new RpcError(-32600, "no", { kind: "forbidden", retry: "never" }));
    } else {
      if (!isRepeated) this.effects.push({ threadId, key });
      if (answer !== "lost") request.resolve({ turn: key });
      else this.#underWay.unshift(request);
      if (answer === "lost") this.cut();
    }
  }

  get isIdle(): boolean {
    return this.#underWay.length === 0;
  }

  #open(): Outbox {
    return new Outbox({
      rpc: {
        request: (_method, params) => {
          const { promise, resolve, reject } = Promise.withResolvers<never>();
          this.#underWay.push({ params: params as never, resolve: resolve as never, reject });
          return promise;
        },
      },
      clock: this.clock,
      schedule: (flush) => flush(),
      storage: {
        read: () => this.#stored,
        write: (text) => {
          this.#stored = text;
        },
      },
      isWatched: () => false,
    });
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant("give" as const), fc.constantFrom("a", "b"), fc.boolean()) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("connect" as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("cut" as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("reload" as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("database" as const), fc.constantFrom("away", "back")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("wait" as const), fc.integer({ min: 1, max: 20_000 })) },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constant("serve" as const), fc.constantFrom("done", "done", "lost", "later", "never")),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(world: World, next: Step): void {
  switch (next[0]) {
    case "give":
      world.give(next[1], next[2]);
      break;
    case "connect":
      world.connect();
      break;
    case "cut":
      world.cut();
      break;
    case "reload":
      world.reload();
      break;
    case "wait":
      world.clock.advance(next[1]);
      break;
    case "database":
      world.setDatabase(next[1] === "away");
      break;
    case "serve":
      world.serve(next[1] as "done");
  }
}

/** From now on network and database hold, and the server takes everything. */
async function calmDown(world: World): Promise<void> {
  world.setDatabase(false);
  world.connect();
  for (let round = 0; round < 500; round += 1) {
    await settle();
    if (world.isIdle && world.clock.waiting === 0) return;
    world.serve("done");
    world.clock.advance(20_000);
  }
  throw new Error("it never came to rest");
}

test("every command takes effect once and in order, or was refused", async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const world = new World();
    const forgotten = new Set<string>();
    for (const next of steps) {
      // A request dies with its page, and its caller with it.
      if (next[0] === "reload") {
        const posted = new Set(world.outbox.getSnapshot().map(({ key }) => key));
        for (const { key } of world.given) if (!posted.has(key)) forgotten.add(key);
      }
      take(world, next);
      await settle();
    }
    await calmDown(world);
    const keys = world.effects.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const owed = world.given.filter(({ key }) => !forgotten.has(key) && !world.refused.has(key));
    for (const threadId of ["a", "b"]) {
      const inOrder = (effects: readonly Effect[]) =>
        effects.filter((effect) => effect.threadId === threadId).map(({ key }) => key);
      const done = inOrder(world.effects).filter((key) => !forgotten.has(key));
      expect(done).toEqual(inOrder(owed));
    }
    for (const [key, result] of world.results) {
      if (keys.includes(key) && !forgotten.has(key)) expect(result).toEqual({ turn: key });
    }
    expect(world.outbox.getSnapshot().map(({ state, key }) => [state.type, world.refused.has(key)])).toEqual(
      world.outbox.getSnapshot().map(() => ["failed", true]),
    );
  });
  await fc.assert(property, { numRuns });
});
