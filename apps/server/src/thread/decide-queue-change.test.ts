import type { MessageQueue } from "@skein/core/thread/message-queue";
import type { QueuedMessage } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { decideAdd, decideRemove, decideReorder, decideUpdate } from "./decide-queue-change.ts";

function message(id: string, text = id, metadata: QueuedMessage["metadata"] = null): QueuedMessage {
  return { id, clientId: id, content: [{ type: "text", text, textElements: [] }], metadata, actor: null };
}

function queueOf(...messages: readonly QueuedMessage[]): MessageQueue {
  return { messages, isPaused: false };
}

const actor = { memberId: "ada", clientName: "web" };
const refused = (kind: string) => ({ type: "refuse", error: { kind } });

test("the hundred and first message is refused", () => {
  const messages = Array.from({ length: 99 }, (_, index) => message(`m${index}`));
  expect(decideAdd(queueOf(...messages), message("last"))).toMatchObject({ event: { type: "queue.added" } });
  expect(decideAdd(queueOf(...messages, message("last")), message("more"))).toMatchObject(refused("queueFull"));
});

test("messages may be large, but not all of them", () => {
  const large = "x".repeat(1_000_000);
  const messages = Array.from({ length: 16 }, (_, index) => message(`m${index}`, large));
  expect(decideAdd(queueOf(...messages), message("small"))).toMatchObject({ type: "change" });
  expect(decideAdd(queueOf(...messages), message("large", large))).toMatchObject(refused("queueTooLarge"));
  const full = queueOf(...messages, message("small"));
  expect(decideUpdate(full, "small", { ...message("small", large), actor })).toMatchObject(refused("queueTooLarge"));
  expect(decideUpdate(full, "m0", { ...message("m0", "less"), actor })).toMatchObject({ type: "change" });
});

test("bytes count, not characters", () => {
  const messages = Array.from({ length: 16 }, (_, index) => message(`m${index}`, "\u{1f600}".repeat(250_000)));
  expect(decideAdd(queueOf(...messages), message("x", "\u{1f600}".repeat(250_000)))).toMatchObject(
    refused("queueTooLarge"),
  );
});

test("metadata that is absent or empty stays", () => {
  const queue = queueOf(message("a", "old", { origin: "x" }));
  const event = (metadata: QueuedMessage["metadata"]) => decideUpdate(queue, "a", { content: [], metadata, actor });
  for (const given of [null, {}]) expect(event(given)).toMatchObject({ event: { metadata: { origin: "x" } } });
  expect(event({ other: "y" })).toMatchObject({ event: { metadata: { other: "y" } } });
});

test("what does not wait cannot be changed, and need not be removed", () => {
  expect(decideUpdate(queueOf(), "a", { ...message("a"), actor })).toMatchObject(refused("queuedMessageNotFound"));
  expect(decideRemove(queueOf(), "a", actor)).toEqual({ type: "nothing" });
});

test("an order names each message once; the one that holds already changes nothing", () => {
  const queue = queueOf(message("a"), message("b"));
  expect(decideReorder(queue, ["b", "a"], actor)).toMatchObject({ event: { messageIds: ["b", "a"] } });
  expect(decideReorder(queue, ["a", "b"], actor)).toEqual({ type: "nothing" });
  for (const order of [["a"], ["a", "a"], ["a", "b", "c"], ["a", "c"], []]) {
    expect(decideReorder(queue, order, actor)).toMatchObject(refused("queueOrderIncomplete"));
  }
});
