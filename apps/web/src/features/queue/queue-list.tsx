import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";
import { useEffect, useRef } from "react";
import type { QueueState } from "./derive-queue-state.ts";
import type { UnsentQueued } from "./derive-unsent-queued.ts";
import type { QueueActions } from "./queue-actions.ts";
import styles from "./queue-list.module.css";
import { QueueRow } from "./queue-row.tsx";
import { UnsentQueueRow } from "./unsent-queue-row.tsx";

interface QueueListProps {
  readonly messages: readonly QueuedSubmission[];
  /** On their way to the queue; they will be its last. */
  readonly unsent: readonly UnsentQueued[];
  readonly state: QueueState;
  /** Why nothing can be done now; null when it can. */
  readonly blocked: string | null;
  /** What went wrong with the last thing that was done; null when nothing did. */
  readonly problem: string | null;
  readonly actions: QueueActions;
  readonly onRetry: (id: number) => void;
  readonly onWithdraw: (message: UnsentQueued, then: "edit" | "delete") => void;
}

const whatHappens: Readonly<Record<QueueState, string>> = {
  waiting: "The first one is sent when this turn has ended.",
  paused: "The last turn was stopped, so nothing is sent by itself.",
  starting: "",
};

/** The messages that wait for their turn, above the composer in which they were written. */
export function QueueList({ messages, unsent, state, blocked, problem, actions, onRetry, onWithdraw }: QueueListProps) {
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<{ id: string; part: string } | null>(null);
  // A row that was moved has lost focus on the way, one that is gone has none: the same button of it, or of the next.
  useEffect(() => {
    if (wanted.current === null || list.current === null) return;
    const { id, part } = wanted.current;
    wanted.current = null;
    list.current.querySelector<HTMLElement>(`[data-id="${id}"] [data-part="${part}"]`)?.focus();
  });
  const count = messages.length + unsent.length;
  if (count === 0) return null;

  const move = (id: string, places: number, part: string) => {
    wanted.current = { id, part };
    void actions.move(id, places);
  };
  const remove = async (id: string) => {
    const at = messages.findIndex((message) => message.id === id);
    const next = messages[at + 1] ?? messages[at - 1];
    if (!(await actions.remove(id))) return;
    if (next === undefined) document.querySelector<HTMLElement>("#composer")?.focus();
    else wanted.current = { id: next.id, part: "remove" };
  };
  return (
    <section className={styles.queue} aria-label="Queued messages">
      <p className={styles.heading}>
        <span>{count === 1 ? "1 queued message" : `${count} queued messages`}</span>
        <span className={styles.when}>{whatHappens[state]}</span>
      </p>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <ol ref={list} className={styles.list}>
        {messages.map((message, index) => (
          <QueueRow
            key={message.id}
            message={message}
            isFirst={index === 0}
            isLast={index === messages.length - 1}
            blocked={blocked}
            onMove={(places, part) => move(message.id, places, part)}
            onRemove={() => void remove(message.id)}
            onSave={(text) => actions.save(message.id, text)}
            onSendNow={() => void actions.sendNow(message.id)}
          />
        ))}
        {unsent.map((message) => (
          <UnsentQueueRow
            key={message.id}
            message={message}
            onRetry={() => onRetry(message.id)}
            onWithdraw={(then) => onWithdraw(message, then)}
          />
        ))}
      </ol>
    </section>
  );
}
