import { expect, it, vi } from "vitest";
import { UnsentMessages } from "./unsent-messages.ts";

const message = { clientId: "c1", text: "Hello" };

it("shows a message while it is under way", async () => {
  const unsent = new UnsentMessages();
  const listener = vi.fn();
  const store = unsent.of("t1");
  store.subscribe(listener);
  await unsent.send("t1", message, async () => {});
  expect(store.getSnapshot()).toEqual([{ ...message, state: { type: "sending" } }]);
  expect(unsent.of("t2").getSnapshot()).toEqual([]);
  expect(listener).toHaveBeenCalledOnce();
});

it("keeps a message that could not be sent, with the reason, and takes it up again on retry", async () => {
  const unsent = new UnsentMessages();
  await unsent.send("t1", message, () => Promise.reject(new Error("Server overloaded")));
  expect(unsent.of("t1").getSnapshot()).toEqual([
    { ...message, state: { type: "failed", reason: "Server overloaded" } },
  ]);
  await unsent.send("t1", message, async () => {});
  expect(unsent.of("t1").getSnapshot()).toEqual([{ ...message, state: { type: "sending" } }]);
});

it("does not bring back a message that was deleted before it failed", async () => {
  const unsent = new UnsentMessages();
  let fail = (_: Error) => {};
  const sending = unsent.send("t1", message, () => new Promise((_, reject) => (fail = reject)));
  unsent.remove("t1", "c1");
  fail(new Error("late"));
  await sending;
  expect(unsent.of("t1").getSnapshot()).toEqual([]);
});
