/**
 * A node's connection to one runner, made anew whenever it is lost. The session on it goes on where it stopped; only when
 * the runner does not know it any more, or stays away too long, does what was under way fail.
 */
import { randomUUID } from "node:crypto";
import type { HostFacts } from "../host/runner-host.ts";
import type { Welcome } from "../link/handshake.ts";
import { defaultMaxKeptBytes, defaultResumeWithinMs } from "../link/limits.ts";
import type { Carrier } from "../link/link.ts";
import { type Dialled, dial, type RunnerAddress } from "./dial.ts";
import { RemoteSession } from "./remote-session.ts";

export interface RunnerConnectionOptions extends RunnerAddress {
  readonly maxKeptBytes?: number;
  readonly resumeWithinMs?: number;
  /** Away for longer than this, the runner counts as absent, and people are told. */
  readonly absentAfterMs?: number;
  report(problem: string): void;
}

export interface PresenceListener {
  /** Whether it can be reached has changed. */
  changed?(): void;
  /** It has been away for a while. */
  absent?(): void;
}

const retryMs = { first: 100, longest: 5_000 };
const defaultAbsentAfterMs = 2_000;

export class RunnerConnection {
  readonly name: string;
  readonly #options: RunnerConnectionOptions;
  readonly #listeners = new Set<PresenceListener>();
  #dialled: Dialled | null = null;
  #carrier: Carrier | null = null;
  #session: RemoteSession | null = null;
  #sessionId: string = randomUUID();
  /** A session that was given up without the runner's knowing. */
  #replaces: string | null = null;
  #facts: HostFacts | null = null;
  #reason = "it has not answered yet";
  #isAbsent = false;
  #isStopped = false;
  #failures = 0;
  #retryTimer: NodeJS.Timeout | undefined;
  #absentTimer: NodeJS.Timeout | undefined;
  #giveUpTimer: NodeJS.Timeout | undefined;

  constructor(options: RunnerConnectionOptions) {
    this.#options = options;
    this.name = options.name;
  }

  /** null: the runner cannot be reached now. */
  get session(): RemoteSession | null {
    return this.#carrier === null ? null : this.#session;
  }

  get facts(): HostFacts | null {
    return this.session === null ? null : this.#facts;
  }

  /** Why it cannot be reached, once that has lasted; null while it can. */
  get absence(): string | null {
    return this.#isAbsent ? this.#reason : null;
  }

  /** Resolves when the runner has answered, or the first attempt has failed. */
  async start(): Promise<void> {
    this.#watchAbsence();
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.watch({ changed: resolve });
    this.#connect(resolve);
    await promise;
    stop();
  }

  /** Gives the way to stop. */
  watch(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What runs at the runner for this node ends. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of [this.#retryTimer, this.#absentTimer, this.#giveUpTimer]) clearTimeout(timer);
    this.#dialled?.hangUp(true);
    this.#carrier = null;
    this.#session?.link.break("the node stops");
  }

  #connect(failed: () => void = () => {}): void {
    const id = this.#sessionId;
    const { received = 0 } = this.#session?.link ?? {};
    const hello = { session: id, resume: this.#session !== null, received, replaces: this.#replaces };
    this.#dialled = dial(this.#options, hello, {
      welcomed: (carrier, welcome) => this.#welcomed(id, carrier, welcome),
      received: (message) => this.#receive(message),
      lost: (reason, runnerEndedSession) => {
        if (runnerEndedSession)
          this.#session?.link.break(`the runner ${this.name} has stopped, and what ran there has ended`);
        this.#lost(reason);
        failed();
      },
    });
  }

  #welcomed(id: string, carrier: Carrier, { name, resumed, received, ...facts }: Welcome): void {
    if (name !== this.name) throw new Error(`it calls itself ${JSON.stringify(name)}`);
    if (id !== this.#sessionId) throw new Error("the session was given up meanwhile");
    if (!resumed) this.#session?.link.break(`the runner ${name} was started anew, and what ran there has ended`);
    const session = resumed ? this.#session : this.#begin(id, facts);
    if (session === null) throw new Error("it resumed what was not under way");
    clearTimeout(this.#giveUpTimer);
    clearTimeout(this.#absentTimer);
    this.#sessionId = id;
    this.#session = session;
    this.#facts = facts;
    this.#replaces = null;
    this.#failures = 0;
    this.#isAbsent = false;
    this.#carrier = carrier;
    session.link.attach(carrier, received);
    this.#tell();
  }

  /** What breaks the protocol would break it again after every reconnection. */
  #receive(message: Uint8Array): void {
    try {
      this.#session?.link.receive(message);
    } catch (error) {
      this.#session?.link.break(`the runner ${this.name} does not speak the protocol`);
      throw error;
    }
  }

  #begin(id: string, { isolation }: HostFacts): RemoteSession {
    const session: RemoteSession = new RemoteSession({
      id,
      isolation,
      maxKeptBytes: this.#options.maxKeptBytes ?? defaultMaxKeptBytes,
      ended: () => {
        if (this.#session !== session) return;
        this.#session = null;
        this.#replaces = id;
        this.#sessionId = randomUUID();
        // What it carried is over; the next connection begins another session.
        if (this.#carrier !== null) this.#dialled?.hangUp(false);
      },
    });
    return session;
  }

  #lost(reason: string): void {
    // Said once however often it is tried, and again when it has been there in between.
    if (reason !== this.#reason || this.#carrier !== null)
      this.#options.report(`the runner ${this.name} cannot be reached: ${reason}`);
    this.#reason = reason;
    const carrier = this.#carrier;
    this.#carrier = null;
    if (this.#isStopped) return;
    if (carrier !== null) {
      this.#session?.link.detach(carrier);
      this.#session?.detached();
      this.#watchAbsence();
      this.#watchSession();
      this.#tell();
    }
    const delayMs = Math.min(retryMs.first * 2 ** this.#failures++, retryMs.longest) * (0.5 + Math.random() / 2);
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
    this.#retryTimer.unref();
  }

  #watchAbsence(): void {
    this.#absentTimer = setTimeout(() => {
      this.#isAbsent = true;
      for (const { absent } of [...this.#listeners]) absent?.();
    }, this.#options.absentAfterMs ?? defaultAbsentAfterMs);
    this.#absentTimer.unref();
  }

  #watchSession(): void {
    const withinMs = this.#options.resumeWithinMs ?? defaultResumeWithinMs;
    this.#giveUpTimer = setTimeout(() => {
      this.#session?.link.break(
        `the runner ${this.name} was away for ${withinMs / 1000} s, and what ran there has ended`,
      );
    }, withinMs);
    this.#giveUpTimer.unref();
  }

  #tell(): void {
    for (const { changed } of [...this.#listeners]) changed?.();
  }
}
