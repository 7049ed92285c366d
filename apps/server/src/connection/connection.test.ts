import { rights } from "@skein/protocol/right";
import type { ThreadEvent } from "@skein/timeline/event";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { busOfOneNode } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import { systemPresenceClock } from "../presence/presence-clock.ts";
import { Presences } from "../presence/presences.ts";
import { elsewhereOver } from "../subscription/elsewhere.ts";
import { Subscriptions } from "../subscription/subscriptions.ts";
import { chunk, MemoryLog } from "../subscription/testing.ts";
import { textOfFrame } from "../subscription/text-frame.ts";
import { Connection } from "./connection.ts";
import type { Wire } from "./outbound.ts";

const all = new Set(rights);
const thread = { tenantId: "tenant", threadId: "thread" };
const socket = { readyState: 1, OPEN: 1 } as unknown as WebSocket;
const principal = {
  tenantId: "tenant",
  userId: "user",
  role: "owner",
  name: "A person",
  via: { type: "configuredToken" },
} as const;

const presences = new Presences({
  ...{ bus: busOfOneNode(), subjects: subjectsOf("db"), nodeId: "node", clock: systemPresenceClock },
  report: () => {},
});

async function setUp(logged: readonly ThreadEvent[] = []) {
  const sent: { id?: number; params?: { from: number; to: number; events: { seq: number }[] } }[] = [];
  const wire = { writableLength: 0, write: (frame: Buffer) => sent.push(JSON.parse(textOfFrame(frame))) };
  const log = [...logged];
  const subscriptions = new Subscriptions({
    incarnation: "db",
    sourceOf: () => new MemoryLog(log),
    onUnwatched: () => {},
    guestsOf: async () => [],
    elsewhere: elsewhereOver(busOfOneNode(), subjectsOf("db"), () => {}),
    report: () => {},
  });
  const connection = new Connection(socket, wire as unknown as Wire, principal, subscriptions, presences);
  connection.initialize({ name: "test", version: "1", experimentalApi: true }, { replay: true, presence: false }, []);
  /** What was sent, answers by their id and frames by their seqs. */
  const outline = () => sent.map(({ id, params }) => id ?? params?.events.map(({ seq }) => seq));
  return { connection, subscriptions, log, outline };
}

test("an answer, and a request of the server's, come after what was committed before them", async () => {
  const { connection, subscriptions, outline } = await setUp();
  connection.follow("thread", all).start(0);
  for (const seq of [1, 2, 3]) subscriptions.publish(thread, [chunk(seq)]);
  expect(outline()).toEqual([[1]]);
  connection.respond({ id: 7, result: {} });
  expect(outline()).toEqual([[1], [2, 3], 7]);
  connection.ended();
});

test("what a page of the log has brought is not sent again when its window ends", async () => {
  const { connection, subscriptions, log, outline } = await setUp([chunk(1)]);
  const other = await subscriptionOfAnother(subscriptions);
  const subscription = connection.follow("thread", all);
  subscriptions.noteHead("thread", { headSeq: 1, logEpoch: 1 });
  subscription.start(0);
  await expect.poll(() => outline().flat()).toEqual([1]);
  subscription.hold();
  log.push(chunk(2));
  subscriptions.publish(thread, [chunk(2)]);
  log.push(chunk(3));
  subscriptions.publish(thread, [chunk(3)]);
  subscription.resume();
  await expect.poll(() => outline().flat()).toEqual([1, 2, 3]);
  subscriptions.publish(thread, [chunk(4)]);
  subscriptions.flush("thread");
  expect(outline().flat()).toEqual([1, 2, 3, 4]);
  connection.ended();
  other.ended();
});

test("a request that ends after its connection leaves nothing behind", async () => {
  const { connection, subscriptions } = await setUp();
  connection.ended();
  connection.follow("thread", all).start(0);
  expect(subscriptions.isWatched("thread")).toBe(false);
  expect(connection.isSubscribedTo("thread")).toBe(false);
});

/** Keeps the window open: the first text of a window goes out at once. */
async function subscriptionOfAnother(subscriptions: Subscriptions): Promise<Connection> {
  const wire = { writableLength: 0, write: () => true };
  const connection = new Connection(socket, wire as unknown as Wire, principal, subscriptions, presences);
  connection.initialize({ name: "other", version: "1", experimentalApi: true }, { replay: true, presence: false }, []);
  connection.follow("thread", all).start(0);
  return connection;
}
