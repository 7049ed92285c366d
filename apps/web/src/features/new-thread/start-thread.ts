import { type Outbox, OutboxFull } from "@skein/client/outbox/outbox";
import type { OutboxStorage } from "@skein/client/outbox/stored-commands";
import type { SkeinClient } from "@skein/client/skein-client";
import { type PolicyName, presetOf } from "../policy/policy-preset.ts";

export interface ThreadWish {
  readonly text: string;
  /** null: the default workspace. */
  readonly cwd: string | null;
  readonly model: string | null;
  readonly policy: PolicyName;
  /** In a Git worktree of its own. */
  readonly worktree: boolean;
}

export type StartSession = Pick<SkeinClient, "request"> & { readonly outbox: Pick<Outbox, "hasRoomFor" | "post"> };

/**
 * Starts a thread and posts its first message. Resolves with the thread's id. The same wish keeps its key in `attempt` until its message is
 * taken, so that a retry makes no second thread; rejects with `OutboxFull` where there is no room for the message.
 */
export async function startThread(session: StartSession, attempt: OutboxStorage, wish: ThreadWish): Promise<string> {
  const { text, cwd, model, policy, worktree } = wish;
  const clientThreadId = clientThreadIdOf(attempt, JSON.stringify(wish));
  const { approvalPolicy, sandbox } = presetOf(policy);
  const { thread } = await session.request("thread/start", {
    ...{ clientThreadId, cwd, model, approvalPolicy, sandbox },
    ...(worktree ? { worktree } : {}),
  });
  const input = [{ type: "text" as const, text, text_elements: [] }];
  const message = { threadId: thread.id, input, clientUserMessageId: crypto.randomUUID() };
  if (!session.outbox.hasRoomFor(message)) throw new OutboxFull();
  void session.outbox.post("turn/start", message);
  attempt.write("");
  return thread.id;
}

function clientThreadIdOf(attempt: OutboxStorage, wish: string): string {
  const [storedWish, storedId] = (attempt.read() ?? "").split("\n");
  if (storedWish === wish && storedId !== undefined) return storedId;
  const clientThreadId = crypto.randomUUID();
  attempt.write(`${wish}\n${clientThreadId}`);
  return clientThreadId;
}
