/**
 * Messages that were sent from this page and that the log does not show yet. They are kept outside the thread's screen, so
 * that leaving it while a message is under way loses nothing.
 */
import type { UnsentMessage } from "../features/timeline/row.ts";
import type { Store } from "./session.ts";

const none: readonly UnsentMessage[] = [];

export class UnsentMessages {
  readonly #byThread = new Map<string, readonly UnsentMessage[]>();
  readonly #listeners = new Set<() => void>();

  of(threadId: string): Store<readonly UnsentMessage[]> {
    return { subscribe: this.#subscribe, getSnapshot: () => this.#byThread.get(threadId) ?? none };
  }

  /** Shows the message at once and again as failed when `send` rejects. It leaves when the log has it, or by `remove`. */
  async send(threadId: string, message: { clientId: string; text: string }, send: () => Promise<void>): Promise<void> {
    this.#put(threadId, { ...message, state: { type: "sending" } });
    try {
      await send();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#find(threadId, message.clientId))
        this.#put(threadId, { ...message, state: { type: "failed", reason } });
    }
  }

  remove(threadId: string, clientId: string): void {
    const rest = (this.#byThread.get(threadId) ?? none).filter((message) => message.clientId !== clientId);
    this.#byThread.set(threadId, rest);
    this.#notify();
  }

  #find(threadId: string, clientId: string): boolean {
    return (this.#byThread.get(threadId) ?? none).some((message) => message.clientId === clientId);
  }

  #put(threadId: string, message: UnsentMessage): void {
    const messages = this.#byThread.get(threadId) ?? none;
    const known = messages.some(({ clientId }) => clientId === message.clientId);
    const next = known
      ? messages.map((old) => (old.clientId === message.clientId ? message : old))
      : [...messages, message];
    this.#byThread.set(threadId, next);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  readonly #subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const unsentMessages = new UnsentMessages();
