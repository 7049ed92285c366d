import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { expect, test } from "vitest";
import { Observable } from "../observable.ts";
import { RpcError } from "../rpc/rpc-error.ts";
import { settle } from "../testing/settle.ts";
import { initialSnapshot, type ThreadSnapshot } from "../thread/thread-snapshot.ts";
import { QueueStore } from "./queue-store.ts";

interface Asked {
  readonly method: string;
  readonly params: unknown;
  readonly answer: (result: unknown) => void;
  readonly refuse: (error: Error) => void;
}

const message = (id: string, text = id) => {
  return { id, clientUserMessageId: id, input: [{ type: "text" as const, text, text_elements: [] }] };
};
const list = (...ids: readonly string[]) => ({ data: ids.map((id) => message(id)), nextCursor: null });

function setUp() {
  const asked: Asked[] = [];
  const request = (method: string, params: unknown) =>
    new Promise<never>((resolve, reject) =>
      asked.push({ method, params, answer: resolve as Asked["answer"], refuse: reject }),
    );
  const thread = new Observable<ThreadSnapshot>(initialSnapshot("t"), (flush) => flush());
  const store = new QueueStore({ threadId: "t", rpc: { request }, thread, schedule: (flush) => flush() });
  const stop = store.watch();
  const become = (type: "live" | "catchingUp", queueChangedAt: number) => {
    thread.value = { ...thread.value, phase: { type }, timeline: { ...emptyTimeline, queueChangedAt } };
  };
  const ids = () => store.getSnapshot()?.map(({ id }) => id) ?? null;
  const methods = () => asked.map(({ method }) => method);
  return { asked, store, become, ids, methods, stop };
}

async function loaded(...ids: readonly string[]) {
  const world = setUp();
  world.become("live", 0);
  world.asked[0]?.answer(list(...ids));
  await settle();
  return world;
}

test("the list is read when the thread is up to date, and again when it changed", async () => {
  const { asked, become, ids } = setUp();
  become("catchingUp", 3);
  expect(asked).toHaveLength(0);
  become("live", 3);
  asked[0]?.answer(list("a"));
  await settle();
  expect(ids()).toEqual(["a"]);
  become("live", 3);
  expect(asked).toHaveLength(1);
  become("live", 7);
  asked[1]?.answer(list("a", "b"));
  await settle();
  expect(ids()).toEqual(["a", "b"]);
});

test("after a time away the list is read though no event tells of a change", async () => {
  const { asked, become, ids } = await loaded("a");
  become("catchingUp", 0);
  become("live", 0);
  asked[1]?.answer(list());
  await settle();
  expect(ids()).toEqual([]);
});

test("changes that come while the list is read lead to one more read, whose answer counts", async () => {
  const { asked, become, ids } = await loaded("a");
  for (const seq of [5, 6, 7]) become("live", seq);
  expect(asked).toHaveLength(2);
  asked[1]?.answer(list("old"));
  await settle();
  expect(ids()).toEqual(["a"]);
  asked[2]?.answer(list("new"));
  await settle();
  expect(ids()).toEqual(["new"]);
  expect(asked).toHaveLength(3);
});

test("a read that fails is made again when the thread is up to date again", async () => {
  const { asked, become, ids } = await loaded("a");
  become("live", 5);
  asked[1]?.refuse(new Error("the connection went"));
  await settle();
  expect(ids()).toEqual(["a"]);
  become("live", 5);
  asked[2]?.answer(list("b"));
  await settle();
  expect(ids()).toEqual(["b"]);
});

test("a move shows at once, and what the server has is shown when it refuses", async () => {
  const { asked, store, ids } = await loaded("a", "b", "c");
  const moving = store.move("c", -2);
  expect(ids()).toEqual(["c", "a", "b"]);
  expect(asked[1]).toMatchObject({ method: "thread/queue/reorder", params: { queuedSubmissionIds: ["c", "a", "b"] } });
  asked[1]?.refuse(new Error("queue reorder must include every queued submission exactly once"));
  await expect(moving).rejects.toThrow(/exactly once/);
  asked[2]?.answer(list("a", "c"));
  await settle();
  expect(ids()).toEqual(["a", "c"]);
  await store.move("a", -1);
  expect(asked).toHaveLength(3);
});

test("other parts of a message outlive a change of its words", async () => {
  const { asked, store } = setUp();
  const picture = { type: "image" as const, url: "data:image/png;base64,AA" };
  const reading = store.watch();
  reading();
  void store.remove("none");
  asked[0]?.answer({});
  await settle();
  asked[1]?.answer({ data: [{ ...message("a"), input: [picture, ...message("a").input] }], nextCursor: null });
  await settle();
  void store.changeText("a", "other words");
  const input = [{ type: "text", text: "other words", text_elements: [] }, picture];
  expect(asked[2]).toMatchObject({ method: "thread/queue/update", params: { queuedSubmissionId: "a", input } });
});

test("a message that has started by itself needs no sending", async () => {
  const { asked, store } = await loaded("a");
  const refusal = (kind: string) => new RpcError(-32600, kind, { kind, retry: "never" });
  const sending = store.sendNow("a");
  expect(asked[1]?.params).toEqual({ threadId: "t", queuedSubmissionId: "a", steer: true });
  asked[1]?.refuse(refusal("queuedMessageNotFound"));
  await sending;
  const refused = store.sendNow("a");
  asked.at(-1)?.refuse(refusal("turnActive"));
  await expect(refused).rejects.toThrow("turnActive");
});
