/**
 * Whatever happens to a connection, it is never stuck: it waits for something that will come, and once the world is kind
 * again it lives within a bounded time. It has at most one socket that counts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { FakeSurroundings } from "../testing/fake-surroundings.ts";
import { settle } from "../testing/settle.ts";
import type { Access } from "./access.ts";
import { Connection } from "./connection.ts";
import { patience } from "./patience.ts";
import type { SocketEvents } from "./socket.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 300);

interface FakeSocket {
  readonly events: SocketEvents;
  isClosed: boolean;
}

class World {
  readonly clock = new FakeClock();
  readonly surroundings = new FakeSurroundings();
  readonly sockets: FakeSocket[] = [];
  readonly connection: Connection;
  access: Access = "granted";
  /** Whether a socket that the client still has gets an answer to what it sends. */
  answers = true;
  hello: "answered" | "refused" | "unanswered" = "answered";
  /** Sockets open as soon as they are asked for. */
  accepts = false;

  constructor() {
    this.connection = new Connection({
      openSocket: (events) => this.#open(events),
      initialize: () => this.#initialize(),
      checkSocket: () => {
        if (this.answers) this.last?.events.message("an answer");
      },
      checkAccess: async () => this.access,
      onMessage: () => {},
      onState: () => {},
      clock: this.clock,
      surroundings: this.surroundings,
    });
  }

  get last(): FakeSocket | undefined {
    return this.sockets.at(-1);
  }

  #open(events: SocketEvents) {
    const socket = { events, isClosed: false };
    this.sockets.push(socket);
    if (this.accepts) queueMicrotask(() => events.opened());
    return {
      send: () => {},
      close: () => {
        socket.isClosed = true;
        events.closed(1000, "");
      },
    };
  }

  #initialize(): Promise<void> {
    if (this.hello === "answered") return Promise.resolve();
    return this.hello === "refused" ? Promise.reject(new Error("no")) : new Promise(() => {});
  }
}

const happenings = {
  opens: fc.constant((world: World) => world.last?.events.opened()),
  closes: fc.constantFrom(1000, 1001, 1006, 1012, 1013, 4401, 4408, 4413).map((code) => (world: World) => {
    world.last?.events.closed(code, "");
  }),
  oldSocketSpeaks: fc.nat(20).map((index) => (world: World) => {
    const old = world.sockets.slice(0, -1).at(-index - 1);
    old?.events.opened();
    old?.events.message("old");
    old?.events.closed(4401, "signed out");
  }),
  message: fc.constant((world: World) => world.last?.events.message("news")),
  timePasses: fc.integer({ min: 1, max: 90_000 }).map((ms) => (world: World) => world.clock.advance(ms)),
  network: fc.boolean().map((online) => (world: World) => world.surroundings.goOnline(online)),
  wakes: fc.constant((world: World) => world.surroundings.wake()),
  watched: fc.boolean().map((isWatched) => (world: World) => {
    world.surroundings.isWatchedNow = isWatched;
  }),
  retries: fc.constant((world: World) => world.connection.retryNow()),
  access: fc.constantFrom<Access>("granted", "signedOut", "unknown").map((access) => (world: World) => {
    world.access = access;
  }),
  answers: fc.boolean().map((answers) => (world: World) => {
    world.answers = answers;
  }),
  hello: fc.constantFrom("answered", "refused", "unanswered").map((hello) => (world: World) => {
    world.hello = hello as World["hello"];
  }),
};

const happening = fc.oneof(...Object.values(happenings));

function expectNotStuck({ connection, clock }: World): void {
  const { state } = connection;
  if (state.type === "blocked") return;
  expect(state).toHaveProperty("dueAtMs");
  expect(clock.waiting).toBe(1);
}

function expectOneSocket({ connection, sockets }: World): void {
  const { type } = connection.state;
  const wantsSocket = type === "connecting" || type === "initializing" || type === "live";
  if (!wantsSocket) expect(() => connection.send("x")).toThrow();
  if (type === "live") expect(sockets.at(-1)?.isClosed).toBe(false);
}

/** From now on the network holds and the server answers. */
async function becomeKind(world: World): Promise<void> {
  Object.assign(world, { access: "granted", answers: true, hello: "answered", accepts: true });
  world.surroundings.goOnline(true);
  if (world.connection.state.type === "blocked") world.connection.retryNow();
  for (let waitedMs = 0; waitedMs < 4 * patience.connectMs; waitedMs += 1_000) {
    await settle();
    world.clock.advance(1_000);
  }
}

test("after anything at all it waits for something, and lives when the world is kind", async () => {
  const property = fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (steps) => {
    const world = new World();
    world.connection.start();
    for (const step of steps) {
      step(world);
      await settle();
      expectNotStuck(world);
      expectOneSocket(world);
    }
    await becomeKind(world);
    expect(world.connection.state.type).toBe("live");
    world.connection.close();
    expect(world.clock.waiting).toBe(0);
  });
  await fc.assert(property, { numRuns });
});
