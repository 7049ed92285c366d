import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { settle } from "../testing/settle.ts";
import { Connection } from "./connection.ts";
import { NotConnected } from "./not-connected.ts";
import type { SocketEvents } from "./socket.ts";

function setUp(initialize: () => Promise<void> = async () => {}) {
  const sockets: { events: SocketEvents; sent: string[]; closed: boolean }[] = [];
  const clock = new FakeClock();
  const received: string[] = [];
  const states: string[] = [];
  let changed = () => {};
  const network = { online: true };
  const connection = new Connection({
    openSocket: (events) => {
      const socket = { events, sent: [] as string[], closed: false };
      sockets.push(socket);
      return {
        send: (text) => socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
    },
    initialize,
    onMessage: (text) => received.push(text),
    onState: ({ type }) => states.push(type),
    clock,
    network: {
      isOnline: () => network.online,
      watch: (listener) => {
        changed = listener;
        return () => {
          changed = () => {};
        };
      },
    },
  });
  const goOnline = (online: boolean) => {
    network.online = online;
    changed();
  };
  return { connection, sockets, clock, received, states, goOnline };
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

test("it waits for the network, and a retry that was due does not fire meanwhile", () => {
  const { connection, sockets, clock, goOnline } = setUp();
  connection.start();
  sockets[0]?.events.closed(1006, "");
  goOnline(false);
  clock.advance(60_000);
  expect(connection.state.type).toBe("offline");
  goOnline(true);
  expect(connection.state.type).toBe("connecting");
  expect(sockets.length).toBe(2);
});

test("closed is final", () => {
  const { connection, sockets, clock, goOnline } = setUp();
  connection.start();
  connection.close();
  expect(sockets[0]?.closed).toBe(true);
  goOnline(true);
  connection.retryNow();
  clock.advance(60_000);
  expect(connection.state).toEqual({ type: "closed" });
  expect(sockets.length).toBe(1);
});
