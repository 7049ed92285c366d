/** Gives one thread one turn after the other, each by another client, and remembers what was accepted. */
import type { SkeinClient } from "@skein/client/skein-client";
import type { ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import type { ThreadStore } from "@skein/client/thread/thread-store";
import { reached } from "../../apps/server/src/testing/open-store.ts";
import { prompt, runs, says } from "../../apps/server/src/testing/prompts.ts";
import type { Crowd } from "./crowd.ts";
import type { Random } from "./random.ts";

export interface Accepted {
  readonly threadId: string;
  readonly turnId: string;
  readonly clientUserMessageId: string;
}

/** Of the files to which commands add a line each time they run. */
export const tracePrefix = "trace-";

/** Beyond this a turn counts as stuck, which ends the run. */
const patienceMs = 120_000;

export class Prompter {
  readonly #threadIndex: number;
  readonly #crowd: Crowd;
  readonly #random: Random;
  readonly #hasWorkspace: boolean;
  readonly accepted: Accepted[] = [];

  constructor(threadIndex: number, crowd: Crowd, random: Random, hasWorkspace: boolean) {
    this.#threadIndex = threadIndex;
    this.#crowd = crowd;
    this.#random = random;
    this.#hasWorkspace = hasWorkspace;
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#turn();
  }

  async #turn(): Promise<void> {
    const { client, store } = this.#someone();
    const clientUserMessageId = crypto.randomUUID();
    const asked = { threadId: store.threadId, clientUserMessageId, input: this.#script(clientUserMessageId) };
    const { turn } = await client.request("turn/start", asked);
    this.accepted.push({ threadId: store.threadId, turnId: turn.id, clientUserMessageId });
    const watcher = this.#someone().store;
    const isEnded = ({ timeline }: ThreadSnapshot) => {
      const shown = timeline?.turns.find(({ id }) => id === turn.id);
      return shown !== undefined && shown.status !== "inProgress";
    };
    await reached(watcher, isEnded, AbortSignal.timeout(patienceMs)).catch((cause: unknown) => {
      throw new Error(`the turn ${turn.id} of the thread ${store.threadId} was not seen to end`, { cause });
    });
  }

  #someone(): { client: SkeinClient; store: ThreadStore } {
    const { client, stores } = this.#random.pick(this.#crowd.members);
    return { client, store: stores[this.#threadIndex] as ThreadStore };
  }

  /** Half a second to a few seconds of thinking and talking; where there is a workspace, with a command that leaves a trace. */
  #script(key: string) {
    const text = { type: "text" as const, deltas: this.#random.between(20, 120), size: 12, delayMs: 20 };
    const thought = { type: "reasoning" as const, summary: ["Looking at it.", "Thinking about it."] };
    if (!this.#hasWorkspace) return prompt([thought, text, says(" Over.")]);
    return prompt([thought, text, runs(`echo ran >> ${tracePrefix}${key}; sleep 0.2`)], [text, says(" Over.")]);
  }
}
