import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { FakeSurroundings } from "../testing/fake-surroundings.ts";
import { settle } from "../testing/settle.ts";
import type { Access } from "./access.ts";
import { Connection } from "./connection.ts";
import { NotConnected } from "./not-connected.ts";
import { patience } from "./patience.ts";
import type { SocketEvents } from "./socket.ts";

function setUp(initialize: () => Promise<void> = async () => {}) {
  const sockets: { events: SocketEvents; sent: string[]; closed: boolean; bufferedAmount: number }[] = [];
  const clock = new FakeClock();
  const received: string[] = [];
  const states: string[] = [];
  const surroundings = new FakeSurroundings();
  const checkAccess = async () => access;
  let access: Access = "unknown";
  let checks = 0;
  const connection = new Connection({
    openSocket: (events) => {
      const socket = { events, sent: [] as string[], closed: false, bufferedAmount: 0 };
      sockets.push(socket);
      return {
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
        send: (text) => socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
    },
    initialize,
    checkSocket: () => {
      checks += 1;
    },
    checkAccess,
    onMessage: (text) => received.push(text),
    onState: ({ type }) => states.push(type),
    clock,
    surroundings,
  });
  const setAccess = (next: Access) => {
    access = next;
  };
  return { connection, sockets, clock, received, states, surroundings, setAccess, checks: () => checks };
}

test("it connects, says hello and lives", async () => {
  const { connection, sockets, states } = setUp();
  connection.start();
  expect(() => connection.send("early")).toThrow(NotConnected);
  sockets[0]?.events.opened();
  connection.send("hello");
  await settle();
  expect(states).toEqual(["connecting", "initializing", "live"]);
  expect(sockets[0]?.sent).toEqual(["hello"]);
});

test("a socket given up earlier cannot speak for the one that replaced it", async () => {
  const { connection, sockets, clock, received } = setUp();
  connection.start();
  sockets[0]?.events.closed(1006, "");
  await settle();
  clock.advance(20_000);
  sockets[1]?.events.opened();
  await settle();
  sockets[0]?.events.message("old");
  sockets[0]?.events.closed(4401, "signed out");
  sockets[1]?.events.message("new");
  expect(received).toEqual(["new"]);
  expect(connection.state.type).toBe("live");
});

test("a hello that fails with its socket is no refusal of the next one", async () => {
  let refuse = (_: Error) => {};
  const { connection, sockets, clock } = setUp(
    () =>
      new Promise((_, reject) => {
        refuse = reject;
      }),
  );
  connection.start();
  sockets[0]?.events.opened();
  const refuseFirst = refuse;
  sockets[0]?.events.closed(1006, "");
  await settle();
  clock.advance(20_000);
  sockets[1]?.events.opened();
  refuseFirst(new Error("lost"));
  await settle();
  expect(connection.state.type).toBe("initializing");
});

test("a refused hello blocks with the server's words until somebody tries again", async () => {
  const { connection, sockets } = setUp(() => Promise.reject(new Error("not for you")));
  connection.start();
  sockets[0]?.events.opened();
  await settle();
  expect(connection.state).toEqual({ type: "blocked", reason: "rejected", message: "not for you" });
  expect(sockets[0]?.closed).toBe(true);
  connection.retryNow();
  expect(connection.state.type).toBe("connecting");
});

test("it waits for the network, and a retry that was due does not fire meanwhile", async () => {
  const { connection, sockets, clock, surroundings } = setUp();
  connection.start();
  sockets[0]?.events.closed(1006, "");
  await settle();
  surroundings.goOnline(false);
  clock.advance(20_000);
  expect(connection.state.type).toBe("offline");
  surroundings.goOnline(true);
  expect(connection.state.type).toBe("connecting");
  expect(sockets.length).toBe(2);
});

test("closed is final", () => {
  const { connection, sockets, clock, surroundings } = setUp();
  connection.start();
  connection.close();
  expect(sockets[0]?.closed).toBe(true);
  surroundings.goOnline(true);
  connection.retryNow();
  clock.advance(60_000);
  expect(connection.state).toEqual({ type: "closed" });
  expect(sockets.length).toBe(1);
});

test("a socket that does not open is asked about, and a sign-in that is gone needs a person", async () => {
  const { connection, sockets, states, setAccess } = setUp();
  setAccess("signedOut");
  connection.start();
  sockets[0]?.events.closed(1006, "");
  await settle();
  expect(states).toEqual(["connecting", "authenticating", "blocked"]);
});

test("a half-open socket is noticed, dropped and replaced", async () => {
  const { connection, sockets, clock, checks } = setUp();
  connection.start();
  sockets[0]?.events.opened();
  await settle();
  clock.advance(patience.quietMs);
  expect(checks()).toBe(1);
  sockets[0]?.events.message("an answer");
  clock.advance(patience.checkMs);
  clock.advance(patience.quietMs);
  expect(checks()).toBe(2);
  clock.advance(patience.checkMs);
  expect(sockets[0]?.closed).toBe(true);
  expect(connection.state.type).toBe("connecting");
  expect(sockets.length).toBe(2);
});

test("a slow upload is a sign of life", async () => {
  const { connection, sockets, clock } = setUp();
  connection.start();
  sockets[0]?.events.opened();
  await settle();
  for (let left = 10; left > 0; left -= 1) {
    Object.assign(sockets[0] ?? {}, { bufferedAmount: left * 1_000_000 });
    clock.advance(patience.checkMs);
  }
  expect(connection.state.type).toBe("live");
  for (let looks = 0; looks < 3; looks += 1) clock.advance(patience.quietMs);
  expect(sockets[0]?.closed).toBe(true);
});

test("a page that wakes tries at once, and has its socket prove that it lives", async () => {
  const { connection, sockets, clock, surroundings, checks } = setUp();
  connection.start();
  sockets[0]?.events.opened();
  sockets[0]?.events.closed(1006, "");
  expect(connection.state.type).toBe("backoff");
  surroundings.wake();
  expect(connection.state.type).toBe("connecting");
  sockets[1]?.events.opened();
  await settle();
  surroundings.wake();
  expect(checks()).toBe(1);
  clock.advance(patience.doubtMs);
  expect(connection.state.type).toBe("backoff");
});

test("a server that takes the socket and says nothing is given up", async () => {
  const { connection, sockets, clock } = setUp(() => new Promise(() => {}));
  connection.start();
  sockets[0]?.events.opened();
  await settle();
  clock.advance(patience.initializeMs);
  expect(sockets[0]?.closed).toBe(true);
  expect(connection.state.type).toBe("backoff");
});

test.each([
  ["lets it in and closes at once", "granted", true],
  ["refuses the upgrade", "granted", false],
  ["refuses whatever is asked", "tooOften", false],
] as const)(
  "a server that has no room and %s is asked less and less often, also while somebody watches",
  async (_, access, opens) => {
    const { connection, sockets, clock, surroundings, setAccess } = setUp(() => new Promise(() => {}));
    setAccess(access);
    surroundings.isWatchedNow = true;
    connection.start();
    const askedBy: number[] = [];
    for (let seconds = 0; seconds < 120; seconds += 1) {
      const socket = sockets.at(-1);
      if (opens) socket?.events.opened();
      socket?.events.closed(opens ? 1013 : 1006, "");
      await settle();
      clock.advance(1_000);
      askedBy.push(sockets.length);
    }
    expect(askedBy[29]).toBeLessThanOrEqual(9);
    expect((askedBy[119] ?? 0) - (askedBy[59] ?? 0)).toBeLessThanOrEqual(8);
    expect(connection.state.type).not.toBe("blocked");
  },
);
