/**
 * Commits of other nodes on their way to the followers here. They wait for the next phase of the event loop, so that an
 * answer that came with them goes out first, as it does on the owner's node; what the owner had published before it
 * answered is taken out before that answer.
 */
import type { CommitMessage } from "./commit-message.ts";

export class Arrivals {
  readonly #take: (message: CommitMessage) => void;
  #waiting: CommitMessage[] = [];
  #isScheduled = false;

  constructor(take: (message: CommitMessage) => void) {
    this.#take = take;
  }

  add(message: CommitMessage): void {
    this.#waiting.push(message);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.takeThrough(Number.POSITIVE_INFINITY);
    });
  }

  /** Takes now what begins at `seq` or before: a commit is one message and goes whole. */
  takeThrough(seq: number): void {
    const isDue = ({ events, head }: CommitMessage) => (events[0]?.seq ?? head) <= seq;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((message) => !isDue(message));
    for (const message of due) this.#take(message);
  }
}
