import { Outbox, OutboxFull } from "@skein/client/outbox/outbox";
import { FakeClock } from "@skein/client/testing/fake-clock";
import { maxMessageBytes } from "@skein/protocol/message-limit";
import { expect, test } from "vitest";
import { type StartSession, startThread } from "./start-thread.ts";

const wish = { text: "x".repeat(10_000), cwd: null, model: null, policy: "ask-when-needed", worktree: false } as const;

/** A server that makes one thread per key, and takes turns only of the thread "busy", when it is told to. */
function openSession() {
  const threads = new Map<string, string>();
  const said: string[] = [];
  const free: (() => void)[] = [];
  const outbox = new Outbox({
    rpc: {
      request: (async (method: string, params: { clientThreadId: string; threadId: string }) => {
        if (method === "turn/start") {
          said.push(params.threadId);
          return new Promise((resolve) => free.push(() => resolve({})));
        }
        const id = threads.get(params.clientThreadId) ?? `thread-${threads.size + 1}`;
        threads.set(params.clientThreadId, id);
        return { thread: { id } };
      }) as never,
    },
    clock: new FakeClock(),
    schedule: (flush) => flush(),
    storage: null,
    isWatched: () => false,
  });
  outbox.connected();
  const session: StartSession = { outbox, request: (method, params) => outbox.request(method, params) };
  return { session, outbox, said, free, threads };
}

function stored() {
  let text: string | null = null;
  return {
    read: () => text,
    write: (next: string) => {
      text = next;
    },
  };
}

test("a first message for which the outbox has no room is not lost, and a second attempt makes no second thread", async () => {
  const { session, outbox, said, free, threads } = openSession();
  const attempt = stored();
  const text = "x".repeat(maxMessageBytes - 3_000);
  for (const threadId of ["busy-1", "busy-2"]) {
    const input = [{ type: "text" as const, text, text_elements: [] }];
    void outbox.request("turn/start", { threadId, input, clientUserMessageId: threadId });
  }
  await expect(startThread(session, attempt, wish)).rejects.toThrow(OutboxFull);
  expect(said).toEqual(["busy-1", "busy-2"]);

  for (const answer of free) answer();
  await Promise.resolve();
  expect(await startThread(session, attempt, wish)).toBe("thread-1");
  expect(threads.size).toBe(1);
  expect(said.at(-1)).toBe("thread-1");
  expect(attempt.read()).toBe("");
});
