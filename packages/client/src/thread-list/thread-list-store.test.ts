import type { Thread } from "@skein/protocol/thread";
import { expect, test } from "vitest";
import { fakeThread } from "../testing/fake-results.ts";
import { settle } from "../testing/settle.ts";
import { ThreadListStore } from "./thread-list-store.ts";

interface Asked {
  readonly method: string;
  readonly params: unknown;
  readonly answer: (result: unknown) => void;
}

function setUp() {
  const asked: Asked[] = [];
  const request = (method: string, params: unknown) =>
    new Promise<never>((resolve) => asked.push({ method, params, answer: resolve as Asked["answer"] }));
  const store = new ThreadListStore({
    rpc: { request },
    schedule: (flush) => flush(),
    pageThreads: 2,
    archived: false,
  });
  const ids = () => store.getSnapshot().threads.map(({ id }) => id);
  return { asked, store, ids };
}

function thread(id: string, change: Partial<Thread> = {}): Thread {
  return fakeThread({ id, preview: `about ${id}`, ...change });
}

function page(ids: readonly string[], nextCursor: string | null = null) {
  return { data: ids.map((id) => thread(id)), nextCursor, backwardsCursor: null };
}

async function loaded(ids: readonly string[], nextCursor: string | null = null) {
  const world = setUp();
  world.store.connected();
  world.asked[0]?.answer(page(ids, nextCursor));
  await settle();
  return world;
}

test("pages follow each other without doubles", async () => {
  const { asked, store, ids } = await loaded(["a", "b"], "more");
  expect(store.getSnapshot()).toMatchObject({ phase: { type: "ready" }, hasMore: true });
  void store.loadMore();
  expect(asked[1]?.params).toMatchObject({ cursor: "more", archived: false });
  asked[1]?.answer(page(["b", "c"]));
  await settle();
  expect(ids()).toEqual(["a", "b", "c"]);
  expect(store.getSnapshot().hasMore).toBe(false);
});

test("a new thread and a thread that wakes come first; names change in place; archived and deleted ones go", async () => {
  const { store, ids } = await loaded(["a", "b", "c", "d"]);
  store.receiveNotification({ method: "thread/started", params: { thread: thread("new") } });
  const active = { type: "active" as const, activeFlags: [] };
  store.receiveNotification({ method: "thread/status/changed", params: { threadId: "c", status: active } });
  store.receiveNotification({ method: "thread/status/changed", params: { threadId: "b", status: { type: "idle" } } });
  store.receiveNotification({ method: "thread/name/updated", params: { threadId: "b", threadName: "Bee" } });
  store.receiveNotification({ method: "thread/archived", params: { threadId: "a" } });
  store.receiveNotification({ method: "thread/deleted", params: { threadId: "d" } });
  expect(ids()).toEqual(["c", "new", "b"]);
  expect(store.getSnapshot().threads.map(({ name, status }) => [name, status.type])).toEqual([
    [null, "active"],
    [null, "idle"],
    ["Bee", "idle"],
  ]);
});

test("what the reader may do with a thread changes in place", async () => {
  const { asked, store, ids } = await loaded(["a", "b"]);
  const rights = ["read", "approve"] as const;
  store.receiveNotification({
    method: "skein/thread/access/changed",
    params: { threadId: "b", rights: [...rights] },
  });
  expect(ids()).toEqual(["a", "b"]);
  expect(store.getSnapshot().threads[1]?.rights).toEqual(rights);
  expect(asked).toHaveLength(1);
});

test("a thread without a preview, and one that comes back, are read", async () => {
  const { asked, store, ids } = await loaded(["a"]);
  store.receiveNotification({ method: "thread/started", params: { thread: thread("new", { preview: "" }) } });
  const active = { type: "active" as const, activeFlags: [] };
  store.receiveNotification({ method: "thread/status/changed", params: { threadId: "new", status: active } });
  store.receiveNotification({ method: "thread/unarchived", params: { threadId: "old" } });
  expect(asked.slice(1).map(({ method, params }) => [method, params])).toEqual([
    ["thread/read", { threadId: "new" }],
    ["thread/read", { threadId: "old" }],
  ]);
  asked[1]?.answer({ thread: thread("new") });
  asked[2]?.answer({ thread: thread("old") });
  await settle();
  expect(ids()).toEqual(["old", "new", "a"]);
  expect(store.getSnapshot().threads[1]?.preview).toBe("about new");
});

test("what is heard while the list is read again holds on top of what comes", async () => {
  const { asked, store, ids } = await loaded(["a", "b"]);
  store.connected();
  store.receiveNotification({ method: "thread/deleted", params: { threadId: "b" } });
  asked[1]?.answer(page(["a", "b"]));
  await settle();
  expect(ids()).toEqual(["a"]);
});

test("an answer to an earlier load is dropped", async () => {
  const { asked, store, ids } = await loaded(["a"]);
  store.connected();
  store.connected();
  asked[2]?.answer(page(["new"]));
  await settle();
  asked[1]?.answer(page(["stale"]));
  await settle();
  expect(ids()).toEqual(["new"]);
});

test("a list that nothing concerns stays the same list", async () => {
  const { store } = await loaded(["a"]);
  const before = store.getSnapshot();
  store.receiveNotification({ method: "thread/archived", params: { threadId: "elsewhere" } });
  expect(store.getSnapshot()).toBe(before);
});
