/** A thread is loaded, and let go, by one at a time: whoever comes meanwhile waits, and finds it whole. */
import { setImmediate as nextPhase } from "node:timers/promises";
import { OwnershipLost } from "@skein/core/ports";
import { Gate } from "@skein/core/testing/gate";
import { createProcessRegistry } from "@skein/core/tools/command/processes";
import type { ThreadEvent } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { completedTurn, newThread, startedTurn } from "../log/testing.ts";
import { systemClock } from "../system-clock.ts";
import { type ManagerPorts, ThreadManager } from "./thread-manager.ts";

const thread = { tenantId: "tenant-1", threadId: "thread-1" };
const facts = { ephemeral: false, workspaceId: null };
const { settings, source, threadSource, ephemeral, originator, forkedFromId } = newThread();
const about = { source, threadSource, ephemeral, originator, forkedFromId };
const command = {
  ...{ type: "command", id: "c1", command: "sleep 9", cwd: "/", status: "inProgress", processId: "1" },
  ...{ source: "agent", actions: [], output: "", exitCode: null, durationMs: null },
} as const;

/** A manager of a thread whose last owner left a command running; `done` is what it did to the world, in order. */
function manageOne(gates: { readonly environment: Gate; readonly closing: Gate; readonly settings?: Gate }) {
  const done: string[] = [];
  const events = [
    { type: "thread.created", settings, ...about },
    startedTurn("t1"),
    { type: "item.started", turnId: "t1", item: command },
    completedTurn("t1"),
  ].map((event, index) => ({ ...event, at: 0, seq: index + 1 }) as ThreadEvent);
  const head = { headSeq: events.length, snapshot: null, completeFrom: 1 };
  let fence = 0n;
  const manager = new ThreadManager({
    log: {
      append: async (append: { events: readonly { type: string }[] }) => {
        if (append.events[0]?.type === "settings.changed") await gates.settings?.pass();
        done.push(...append.events.map(({ type }) => type));
      },
    },
    subscriptions: { isWatched: () => false, announceToTenant: () => {}, publish: () => {} },
    ownership: {
      claim: async () => {
        done.push("claimed");
        fence += 1n;
        return { fence };
      },
      holds: () => true,
      release: async () => void done.push("released"),
    },
    exists: async ({ tenantId }: typeof thread) => tenantId === thread.tenantId,
    readOwned: async () => ({ events: { ...head, events }, facts }),
    hostPorts: () => ({
      processes: createProcessRegistry(),
      clock: systemClock,
      openEnvironment: async () => {
        await gates.environment.pass();
        return null;
      },
    }),
    closeEnvironment: async () => {
      await gates.closing.pass();
      done.push("environment closed");
    },
    report: (problem: string) => done.push(problem),
  } as unknown as ManagerPorts);
  return { manager, done };
}

function gates() {
  return { environment: new Gate(), closing: new Gate() };
}

/** "waits" when the promise settles only after something else has happened. */
function orWaits(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, nextPhase().then(() => "waits")]);
}

test("whoever asks while the thread is being recovered gets it recovered", async () => {
  const { environment, closing } = gates();
  const { manager, done } = manageOne({ environment, closing });
  const first = manager.host(thread);
  await environment.reached;
  const second = manager.host(thread);
  expect(await orWaits(second)).toBe("waits");
  environment.open();
  const host = await second;
  expect(host).toBe(await first);
  expect(done).toEqual(["claimed", "item.completed"]);
  expect(host?.journal.state.openItems.size).toBe(0);
});

test("a thread that is asked for while it is let go is claimed when nothing of before is left", async () => {
  const { environment, closing } = gates();
  environment.open();
  const { manager, done } = manageOne({ environment, closing });
  await manager.host(thread);
  const gone = manager.unload(thread.threadId);
  const again = manager.host(thread);
  await closing.reached;
  expect(await orWaits(again)).toBe("waits");
  closing.open();
  await Promise.all([gone, again]);
  const life = ["claimed", "item.completed"];
  expect(done).toEqual([...life, "environment closed", "released", ...life]);
});

test("whoever names another tenant's thread gets nothing, and keeps nobody from theirs", async () => {
  const { environment, closing } = gates();
  environment.open();
  const { manager, done } = manageOne({ environment, closing });
  const stranger = manager.host({ ...thread, tenantId: "tenant-2" });
  const own = manager.host(thread);
  expect(await stranger).toBeNull();
  expect((await own)?.journal.thread).toEqual(thread);
  expect(done).toEqual(["claimed", "item.completed"]);
});

test("a turn whose settings are being stored does not start on a thread that was let go meanwhile", async () => {
  const stores = { ...gates(), settings: new Gate() };
  stores.environment.open();
  stores.closing.open();
  const { manager, done } = manageOne(stores);
  const host = await manager.host(thread);
  const input = { clientId: null, content: [] };
  const started = host?.startTurn({ input, settings: { ...settings, cwd: "/elsewhere" }, actor: null });
  const refused = expect(started).rejects.toThrow(OwnershipLost);
  await stores.settings.reached;
  const gone = manager.unload(thread.threadId);
  stores.settings.open();
  await Promise.all([refused, gone]);
  await nextPhase();
  expect(done.slice(2)).toEqual(["settings.changed", "environment closed", "released"]);
});
