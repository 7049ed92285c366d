import { setTimeout as delay } from "node:timers/promises";
import { isAlive, type PostmasterOptions, startPostmaster, stopPostmaster } from "./postmaster.ts";

const watchEveryMs = 100;
const startAttempts = 50;

/**
 * Keeps one postmaster running from `run` to `stop`: if it dies, another takes its place, and the pools' connections come back by themselves.
 * An adopted one is nobody's child, so death is noticed by looking.
 */
export class Supervisor {
  readonly #options: PostmasterOptions;
  #pid: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #restarting: Promise<void> | null = null;
  #stopped = false;

  constructor(options: PostmasterOptions) {
    this.#options = options;
  }

  get pid(): number | null {
    return this.#pid;
  }

  /** `adopted`: the pid of a postmaster that runs already. */
  async run(adopted: number | null): Promise<void> {
    this.#pid = adopted ?? (await this.#start());
    this.#timer = setInterval(() => this.#look(), watchEveryMs).unref();
    process.once("exit", this.#stopAtExit);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    process.off("exit", this.#stopAtExit);
    await this.#restarting;
    if (this.#pid !== null) await stopPostmaster(this.#options.cluster, this.#pid);
    this.#pid = null;
  }

  #look(): void {
    if (this.#restarting !== null || (this.#pid !== null && isAlive(this.#pid))) return;
    this.#pid = null;
    this.#restarting = this.#start()
      .then((pid) => {
        this.#pid = pid;
      })
      .catch((error: Error) => process.emitWarning(error))
      .finally(() => {
        this.#restarting = null;
      });
  }

  /** The children of a killed postmaster hold its shared memory for a moment longer, and no other may start until they are gone. */
  async #start(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await startPostmaster(this.#options);
      } catch (error) {
        const held = /shared memory block .* still in use/.test((error as Error).message);
        if (!held || this.#stopped || attempt === startAttempts) throw error;
        await delay(watchEveryMs);
      }
    }
  }

  /** The last resort, when the server ends without having closed anything. */
  readonly #stopAtExit = (): void => {
    if (this.#pid !== null && isAlive(this.#pid)) process.kill(this.#pid, "SIGINT");
  };
}
