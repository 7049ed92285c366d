import { initialState } from "@skein/core/thread/evolve";
import { createProcessRegistry } from "@skein/core/tools/command/processes";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { busOfOneNode } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import type { OwnerEvents } from "../log/read-owner-events.ts";
import { elsewhereOver } from "../subscription/elsewhere.ts";
import { encodingOf } from "../subscription/encode.ts";
import { Subscriptions } from "../subscription/subscriptions.ts";
import type { HostPorts } from "./host-ports.ts";
import { type ManagerPorts, ThreadManager, unloadAfterIdleMs } from "./thread-manager.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const thread = { tenantId: "tenant-1", threadId: "thread-1" };
const follower = {
  isFull: false,
  send: () => {},
  offer: () => {},
  ask: () => {},
  settle: () => {},
  advanced: () => {},
  unfollow: () => true,
};

/** A log in the middle of a person's own command. */
const cutOff: OwnerEvents = {
  ...{ snapshot: null, completeFrom: 1, headSeq: 1 },
  events: [{ seq: 1, at: 0, type: "turn.started", turnId: "t", actor: null, work: "userCommand" }],
};

/** A manager that owns one idle thread; `done` is what it did to the world. */
function manageOne(
  facts: { readonly ephemeral: boolean },
  isFollowedElsewhere = async () => false,
  ports: Partial<ManagerPorts> = {},
) {
  const done: string[] = [];
  const nothingToRead = () => Promise.reject(new Error("nothing has to be read"));
  const subscriptions = new Subscriptions({
    incarnation: "db",
    sourceOf: () => ({ readAfter: nothingToRead, sizeAfter: nothingToRead }),
    guestsOf: async () => [],
    onUnwatched: ({ threadId }) => manager.considerUnloading(threadId),
    elsewhere: elsewhereOver(busOfOneNode(), subjectsOf("db"), (problem) => done.push(problem)),
    report: (problem) => done.push(problem),
  });
  const manager = new ThreadManager({
    subscriptions,
    ownership: { claim: () => Promise.reject(new Error("not asked")), release: async () => void done.push("released") },
    hostPorts: () => ({ processes: createProcessRegistry() }),
    isFollowedElsewhere,
    closeEnvironment: async () => void done.push("environment closed"),
    deleteThread: async () => void done.push("deleted"),
    leftAtWork: () => void done.push("left at work"),
    report: (problem: string) => done.push(problem),
    ...ports,
  } as unknown as ManagerPorts);
  manager.adopt(
    { thread, fence: 1n, headSeq: 1, state: initialState, timeline: emptyTimeline, snapshotSeq: 0 },
    { ...facts, workspaceId: null, createdBy: null },
  );
  return { manager, subscriptions, done };
}

test("a thread that nobody follows is let go after a while, an ephemeral one without a trace", async () => {
  for (const ephemeral of [false, true]) {
    const { manager, subscriptions, done } = manageOne({ ephemeral });
    const subscription = subscriptions.subscribe(thread, encodingOf(true, []), follower);
    subscriptions.unsubscribe(thread, subscription);
    await vi.advanceTimersByTimeAsync(unloadAfterIdleMs - 1);
    expect(manager.loadedThreads).toEqual([thread]);
    await vi.advanceTimersByTimeAsync(1);
    expect(manager.loadedThreads).toEqual([]);
    expect(done).toEqual(["environment closed", "released", ...(ephemeral ? ["deleted"] : [])]);
  }
});

test("a thread that was made or used, and that nobody has ever followed, is let go after a while", async () => {
  const { manager, done } = manageOne({ ephemeral: false });
  await vi.advanceTimersByTimeAsync(unloadAfterIdleMs - 1);
  await manager.host(thread);
  await vi.advanceTimersByTimeAsync(unloadAfterIdleMs - 1);
  expect(manager.loadedThreads).toEqual([thread]);
  await vi.advanceTimersByTimeAsync(1);
  expect(manager.loadedThreads).toEqual([]);
  expect(done).toEqual(["environment closed", "released"]);
});

test("a thread that somebody follows again stays", async () => {
  const { manager, subscriptions, done } = manageOne({ ephemeral: true });
  const first = subscriptions.subscribe(thread, encodingOf(true, []), follower);
  subscriptions.unsubscribe(thread, first);
  subscriptions.subscribe(thread, encodingOf(true, []), follower);
  await vi.advanceTimersByTimeAsync(unloadAfterIdleMs);
  expect(manager.loadedThreads).toEqual([thread]);
  expect(done).toEqual([]);
});

test("an ephemeral thread stays for as long as somebody follows it at another node", async () => {
  const answers = [true, true, false];
  const { manager, done } = manageOne({ ephemeral: true }, async () => answers.shift() ?? false);
  manager.considerUnloading(thread.threadId);
  for (let asked = 0; asked < 2; asked++) {
    await vi.advanceTimersByTimeAsync(unloadAfterIdleMs);
    expect(manager.loadedThreads).toEqual([thread]);
  }
  expect(done).toEqual([]);
  await vi.advanceTimersByTimeAsync(unloadAfterIdleMs);
  expect(done).toEqual(["environment closed", "released", "deleted"]);
});

test("a thread that is given away is let go whole, and not kept meanwhile", async () => {
  const { manager, done } = manageOne({ ephemeral: false });
  const gone = manager.giveAway(thread.threadId);
  expect(manager.loadedThreads).toEqual([]);
  expect(manager.held()).toEqual([]);
  await Promise.all([gone, manager.giveAway(thread.threadId)]);
  expect(done).toEqual(["environment closed", "released"]);
});

test("a thread that is given away while it is loaded goes when that is done", async () => {
  vi.useRealTimers();
  const [opening, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<null>()];
  const written: string[] = [];
  const releases: bigint[] = [];
  const { manager } = manageOne({ ephemeral: false }, undefined, {
    exists: async () => true,
    ownership: {
      claim: async () => ({ fence: 2n }),
      holds: () => true,
      release: async (_, fence) => void releases.push(fence),
    },
    readOwned: async () => ({ events: cutOff, facts: { ephemeral: false, workspaceId: null, createdBy: null } }),
    hostPorts: () =>
      ({
        ...{ processes: createProcessRegistry(), tools: [], clock: { now: () => 5 } },
        openEnvironment: () => {
          opening.resolve();
          return opened.promise;
        },
      }) as unknown as HostPorts,
    log: {
      append: async ({ events }) => {
        written.push(...events.map(({ type }) => type));
        return { from: 2, to: 2 };
      },
    },
  });
  const loading = manager.host({ ...thread, threadId: "thread-2" });
  await opening.promise;
  const gone = manager.giveAway("thread-2");
  opened.resolve(null);
  await Promise.all([loading, gone]);
  // Whole: its recovery is in the log, and nothing was let go twice.
  expect(written).toEqual(["model.items", "turn.completed"]);
  expect(releases).toEqual([2n]);
  expect(manager.loadedThreads).toEqual([thread]);
});

test("an ephemeral thread that is used while the other nodes are asked stays", async () => {
  const answer = Promise.withResolvers<boolean>();
  const { manager, done } = manageOne({ ephemeral: true }, () => answer.promise);
  manager.considerUnloading(thread.threadId);
  await vi.advanceTimersByTimeAsync(unloadAfterIdleMs);
  await manager.host(thread);
  answer.resolve(false);
  await vi.advanceTimersByTimeAsync(unloadAfterIdleMs - 1);
  expect(manager.loadedThreads).toEqual([thread]);
  expect(done).toEqual([]);
});
