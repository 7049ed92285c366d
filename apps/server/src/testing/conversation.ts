/** Threads and turns over the wire, as most tests need them. */
import { expect } from "vitest";
import type { Step } from "../../../../e2e/scripted-model/script.ts";
import { isAnswer, type Notification, type ServerFrame } from "./frame.ts";
import { prompt } from "./prompts.ts";
import type { TestClient } from "./test-client.ts";

/** The new thread's id, when the client has heard of it. */
export async function startThread(client: TestClient, params: object = {}): Promise<string> {
  const { thread } = await client.request("thread/start", params);
  await client.notified("thread/started", ({ thread: { id } }) => id === thread.id);
  return thread.id;
}

/** The new turn's id; the model plays the responses, one per request. */
export async function startTurn(
  client: TestClient,
  threadId: string,
  ...responses: readonly (readonly Step[])[]
): Promise<string> {
  const { turn } = await client.request("turn/start", { threadId, input: prompt(...responses) });
  return turn.id;
}

/** Starts a turn, waits for its end and gives its `turn/completed`. */
export async function runTurn(client: TestClient, threadId: string, ...responses: readonly (readonly Step[])[]) {
  const turnId = await startTurn(client, threadId, ...responses);
  return (await client.notified("turn/completed", ({ turn }) => turn.id === turnId)).turn;
}

/** A notification that has come, or else the next that fits: for those that come when they come. */
export async function heard(
  client: TestClient,
  method: string,
  matches: (params: Notification["params"]) => boolean,
): Promise<Notification["params"]> {
  const past = client.notifications(method).find(({ params }) => matches(params));
  return past === undefined ? client.notified(method, matches) : past.params;
}

/** Method names in their order, with the item's type where there is one; repeated deltas count once. */
export function outline(frames: readonly ServerFrame[]): readonly string[] {
  const names = frames.map((frame) => {
    if (isAnswer(frame)) return "answer";
    const type = frame.params.item?.type;
    return type === undefined ? frame.method : `${frame.method} ${type}`;
  });
  return names.filter((name, index) => !(/delta$/i.test(name) && names[index - 1] === name));
}

/** Completed items, in the order of their completion. */
export function completedItems(client: TestClient) {
  return client.notifications("item/completed").map(({ params }) => params.item);
}

/** Every item that was said to start was said to end, once. */
export function expectItemsClosed(client: TestClient): void {
  const ids = (method: string) =>
    client
      .notifications(method)
      .map(({ params }) => params.item.id)
      .sort();
  expect(ids("item/completed")).toEqual(ids("item/started"));
}
