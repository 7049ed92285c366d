/** What is said of a turn that waits: for its place, or for a runner that is away. */
import type { RunnerNotice } from "@skein/executor/host/runner-host";
import type { ThreadEventBody } from "@skein/timeline/event";
import { presentWaiting } from "../admission/present-waiting.ts";

type Warning = Extract<ThreadEventBody, { readonly type: "warning.reported" }>;

interface NoticePorts {
  isActive(turnId: string): boolean;
  append(warning: Warning): Promise<void>;
}

export class TurnNotices {
  readonly #ports: NoticePorts;
  /** The turn that has been said to wait. */
  #toldToWait: string | null = null;

  constructor(ports: NoticePorts) {
    this.#ports = ports;
  }

  /** Kept once, for those who come later; how it goes on is told to whoever watches. */
  tellPlace(turnId: string, ahead: number | null): void {
    if (ahead === null || this.#toldToWait === turnId || !this.#ports.isActive(turnId)) return;
    this.#toldToWait = turnId;
    this.#say(turnId, { message: presentWaiting(ahead), runner: null });
  }

  /** Said to whoever watches the turn. */
  warn(turnId: string, notice: RunnerNotice): void {
    if (this.#ports.isActive(turnId)) this.#say(turnId, notice);
  }

  /** A thread that takes nothing more has other worries. */
  #say(turnId: string, { message, runner }: Pick<Warning, "message" | "runner">): void {
    this.#ports.append({ type: "warning.reported", turnId, message, runner }).catch(() => {});
  }
}
