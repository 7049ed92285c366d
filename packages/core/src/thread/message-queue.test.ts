import type { Actor, QueuedMessage } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { emptyQueue, evolveQueue, type MessageQueue, type QueueEvent } from "./message-queue.ts";

type QueueEventBody = QueueEvent extends infer E ? (E extends QueueEvent ? Omit<E, "at"> : never) : never;

const message = (id: string): QueuedMessage => {
  return { id, clientId: `client ${id}`, content: [], metadata: null, actor: null };
};
const completed = (status: "completed" | "interrupted" | "failed"): QueueEventBody => {
  return { type: "turn.completed", turnId: "t", status, error: null, startedAt: 0, durationMs: 0, finalMessage: null };
};
const after = (...bodies: readonly QueueEventBody[]): MessageQueue => {
  return bodies.map((body) => ({ ...body, at: 1 }) as QueueEvent).reduce(evolveQueue, emptyQueue);
};
const added = ["a", "b", "c"].map((id) => ({ type: "queue.added", message: message(id) }) as const);
const idsAfter = (...bodies: readonly QueueEventBody[]) => after(...added, ...bodies).messages.map(({ id }) => id);

test("messages wait in the order in which they came", () => {
  expect(idsAfter()).toEqual(["a", "b", "c"]);
});

test("a message leaves when it is taken and when it is removed", () => {
  expect(idsAfter({ type: "queue.taken", messageId: "a", turnId: "t" })).toEqual(["b", "c"]);
  expect(idsAfter({ type: "queue.removed", messageId: "b" })).toEqual(["a", "c"]);
});

test("a change keeps the place and the ids, and the message is said by whoever changed it", () => {
  const content = [{ type: "text", text: "new", textElements: [] }] as const;
  const { messages } = after(...added, { type: "queue.updated", messageId: "b", content, metadata: { k: "v" } });
  expect(messages).toEqual([message("a"), { ...message("b"), content, metadata: { k: "v" } }, message("c")]);
  const [ada, bo] = ["ada", "bo"].map((memberId) => ({ memberId, clientName: "web" })) as [Actor, Actor];
  const said = { type: "queue.added", message: { ...message("d"), actor: ada } } as const;
  const change = { type: "queue.updated", messageId: "d", content, metadata: null } as const;
  expect(after(said, change).messages[0]?.actor).toBe(ada);
  expect(after(said, { ...change, actor: bo }).messages[0]?.actor).toBe(bo);
});

test("a new order moves the messages themselves", () => {
  expect(idsAfter({ type: "queue.reordered", messageIds: ["c", "a", "b"] })).toEqual(["c", "a", "b"]);
});

test("the queue pauses with an interrupted turn and goes on with any other", () => {
  expect(after(completed("interrupted")).isPaused).toBe(true);
  for (const status of ["completed", "failed"] as const) {
    expect(after(completed("interrupted"), completed(status)).isPaused).toBe(false);
  }
});
