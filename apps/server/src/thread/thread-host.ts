/**
 * The one writer of a thread on the node that owns it: it starts turns, steers and interrupts them, and hands answers
 * to approvals over. All of its decisions are taken between two awaits, so they need no lock.
 */
import { type Approvals, type CommandReceipt, type Journal, OwnershipLost } from "@skein/core/ports";
import { deriveRecovery } from "@skein/core/thread/recover";
import { continueTurn } from "@skein/core/turn/continue-turn";
import { runTurn } from "@skein/core/turn/run-turn";
import { runUserCommand, type UserCommand } from "@skein/core/turn/run-user-command";
import { TurnControl, type TurnUserInput } from "@skein/core/turn/turn-control";
import type { TurnInput, TurnPorts } from "@skein/core/turn/turn-input";
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import type {
  Actor,
  ApprovalOutcome,
  NewThreadEvent,
  QueuedMessage,
  ThreadEventBody,
  ThreadSettings,
  TurnError,
} from "@skein/timeline/event";
import { CommandRepeated } from "../log/append.ts";
import { WorkspaceUnusable } from "../workspace/workspace-state.ts";
import { ApprovalWaits } from "./approval-waits.ts";
import { type BackgroundCommand, presentBackground } from "./background-commands.ts";
import { sameSettings } from "./decide-settings.ts";
import type { HostPorts } from "./host-ports.ts";
import { prepareContinuation } from "./prepare-continuation.ts";
import type { ThreadJournal } from "./thread-journal.ts";
import { type QueueHost, ThreadQueue, type WantedNow } from "./thread-queue.ts";
import { TurnNotices } from "./turn-notices.ts";

export interface StartTurn {
  readonly input: TurnUserInput;
  /** As the turn and those after it are to use them. */
  readonly settings: ThreadSettings;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly actor: Actor | null;
  readonly receiptFor?: ReceiptForTurn;
}

/** What a keyed message commits when it is known which turn has it. */
export type ReceiptForTurn = (turnId: string) => CommandReceipt;

const notStored: TurnError = {
  message: "The turn ended because something it produced could not be stored.",
  kind: "other",
  httpStatusCode: null,
  details: null,
};

interface RunningTurn {
  readonly turnId: string;
  readonly control: TurnControl;
  readonly approvals: ApprovalWaits;
  readonly ended: Promise<void>;
}

/** What a turn does between its start and its end, with what the host gives every turn. */
type TurnWork = (turn: Omit<TurnInput, "userInput" | "outputSchema" | "actor">, ports: TurnPorts) => Promise<void>;

export type SteerOutcome =
  | { readonly type: "steered"; readonly turnId: string }
  | { readonly type: "noActiveTurn" }
  | { readonly type: "otherTurn"; readonly activeTurnId: string };

export class ThreadHost {
  readonly journal: ThreadJournal;
  readonly queue: ThreadQueue;
  readonly #ports: HostPorts;
  readonly #onTurnEnded: () => void;
  readonly #notices: TurnNotices;
  #turn: RunningTurn | null = null;
  #isStopped = false;

  constructor(journal: ThreadJournal, ports: HostPorts, onTurnEnded: () => void) {
    this.journal = journal;
    this.#ports = ports;
    this.#onTurnEnded = onTurnEnded;
    this.queue = new ThreadQueue(this.#queueHost());
    this.#notices = new TurnNotices({
      isActive: (turnId) => this.activeTurnId === turnId,
      append: (warning) => this.append([warning]),
    });
  }

  /** A turn runs, or a command in the background. */
  get isBusy(): boolean {
    return this.#turn !== null || this.#ports.processes.all().length > 0;
  }

  get activeTurnId(): string | null {
    return this.#turn?.turnId ?? null;
  }

  get settings(): ThreadSettings {
    return this.journal.state.settings;
  }

  /** Resolves with the turn's id when its start is committed. While a turn runs, the input steers it instead. */
  async startTurn(start: StartTurn): Promise<string> {
    for (;;) {
      if (this.#isStopped) throw new OwnershipLost("this node has let go of the thread");
      const running = this.#turn;
      if (running === null) break;
      if (await this.#give(running, start)) return running.turnId;
      await running.ended;
    }
    if (!sameSettings(this.settings, start.settings)) {
      const by = start.actor === null ? {} : { actor: start.actor };
      await this.append([{ type: "settings.changed", settings: start.settings, ...by }]);
      if (this.#turn !== null || this.#isStopped) return this.startTurn(start);
    }
    const { settings, actor, outputSchema } = start;
    const asked = { actor, ...(outputSchema === undefined ? {} : { outputSchema }) };
    const work: TurnWork = (turn, ports) =>
      runTurn({ ...turn, ...asked, userInput: [withReceipt(start, turn.turnId)] }, ports);
    return this.#beginTurn(settings, work, { isQueued: start.input.queuedId !== undefined });
  }

  /** A turn of its own, after the one that runs. Resolves when it has begun, or will; not after `stop`. */
  async runUserCommand(command: UserCommand, actor: Actor): Promise<void> {
    const running = this.#turn;
    if (running === null) {
      await this.#beginTurn(this.settings, (turn, ports) => runUserCommand({ ...turn, actor }, command, ports));
      return;
    }
    const next = running.ended.then(async () => {
      if (!this.#isStopped) await this.runUserCommand(command, actor);
    });
    next.catch((reason: unknown) => this.#ports.turnFailed(running.turnId, reason));
  }

  /** A turn that does nothing and says why. Resolves with its id when it has ended. */
  async refuseTurn(message: string, actor: Actor): Promise<string> {
    const turnId = this.#ports.ids.uuid();
    const error: TurnError = { kind: "other", message, httpStatusCode: null, details: null };
    const ended = { status: "failed", startedAt: this.#ports.clock.now(), durationMs: 0, finalMessage: null } as const;
    await this.append([
      { type: "turn.started", turnId, actor },
      { type: "error.reported", turnId, error, willRetry: false },
      { type: "turn.completed", turnId, error, ...ended },
    ]);
    this.queue.wake();
    return turnId;
  }

  async steer(expectedTurnId: string, message: Pick<StartTurn, "input" | "receiptFor">): Promise<SteerOutcome> {
    const running = this.#turn;
    if (running === null) return { type: "noActiveTurn" };
    if (running.turnId !== expectedTurnId) return { type: "otherTurn", activeTurnId: running.turnId };
    return (await this.#give(running, message))
      ? { type: "steered", turnId: running.turnId }
      : { type: "noActiveTurn" };
  }

  /**
   * False: the turn takes nothing more. An earlier owner may have carried the command out after this node had looked for its
   * receipt. It is looked for again under the lease, because an append of the turn that is refused ends the turn.
   */
  async #give(running: RunningTurn, message: Pick<StartTurn, "input" | "receiptFor">): Promise<boolean> {
    const input = withReceipt(message, running.turnId);
    if (input.receipt !== undefined && (await this.#ports.isCarriedOut(input.receipt))) {
      throw new CommandRepeated("an earlier owner of the thread has carried the command out");
    }
    return running.control.steer(input);
  }

  /** False: no turn is running. Resolves when the turn has ended. `by`: null, nobody asked for it. */
  async interrupt(by: Actor | null): Promise<boolean> {
    const running = this.#turn;
    if (running === null) return false;
    running.control.interrupt(by);
    await running.ended;
    return true;
  }

  /** False: it was decided already, or is not pending. */
  answerApproval(approvalId: string, outcome: ApprovalOutcome, actor: Actor): boolean {
    return this.#turn?.approvals.answer(approvalId, outcome, actor) ?? false;
  }

  /** Commands that run on after the call that started them, as the protocol lists them. */
  backgroundCommands(): BackgroundCommand[] {
    return presentBackground(this.journal.state, this.#ports.processes.all());
  }

  /**
   * False: no such command runs in the background. Resolves when it has been told to end; its item is closed later. `recorded` is given the
   * item, and comes first: when it rejects, the command runs on.
   */
  async endBackgroundCommand(processId: string, recorded: (itemId: string) => Promise<void>): Promise<boolean> {
    const process = this.#ports.processes.all().find((running) => running.processId === processId);
    if (process === undefined) return false;
    await recorded(process.itemId);
    await process.kill();
    return true;
  }

  append(events: readonly ThreadEventBody[], receipts?: readonly CommandReceipt[]): Promise<void> {
    const at = this.#ports.clock.now();
    return this.journal.append(
      events.map((event): NewThreadEvent => ({ ...event, at })),
      receipts,
    );
  }

  /** Goes on with the turn that an earlier owner left open, and closes what else it left. Resolves when that is committed. */
  async recover(): Promise<void> {
    const { state } = this.journal;
    if (state.openTurn === null && state.openItems.size === 0) return;
    const { continuation, patches } = await prepareContinuation(state, this.#ports);
    if (continuation.type === "ends") return this.append(continuation.events);
    const { turnId } = continuation.turn;
    await this.#beginTurn(this.settings, (turn, ports) => continueTurn(turn, continuation, patches, ports), { turnId });
  }

  /**
   * Leaves the thread, with its turn open, to its next owner: nothing new starts, the model is cut short, what works has
   * `graceMs` to end. Resolves when nothing is in flight and nothing more will be written.
   */
  async handOver(graceMs: number): Promise<void> {
    this.#isStopped = true;
    const running = this.#turn;
    if (running !== null) {
      running.control.handOver();
      const over = new AbortController();
      const grace = this.#ports.clock.sleep(graceMs, over.signal).catch(() => {});
      await Promise.race([running.ended, grace]);
      over.abort();
      running.control.endHandover();
      await running.ended;
    }
    await Promise.allSettled(this.#ports.processes.all().map((process) => process.kill()));
    await this.journal.settled();
    this.journal.giveUp();
  }

  /** Ends the turn and what runs in the background; resolves when nothing is in flight. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.interrupt(null);
    await Promise.all(this.#ports.processes.all().map((process) => process.kill()));
    await this.journal.settled();
  }

  /** The thread is another node's: ends the turn without a word to the log, which would not take it. */
  async abandon(): Promise<void> {
    this.#isStopped = true;
    this.journal.giveUp();
    this.#turn?.control.interrupt();
    await Promise.allSettled(this.#ports.processes.all().map((process) => process.kill()));
  }

  #queueHost(): QueueHost {
    const host = this;
    return {
      get queue() {
        return host.journal.state.queue;
      },
      get activeTurnId() {
        return host.activeTurnId;
      },
      get isStopped() {
        return host.#isStopped;
      },
      append: (events, receipts) => this.append(events, receipts),
      mayPrompt: (memberId) => this.#ports.mayPrompt(memberId),
      startQueued: (message, wanted) => {
        const { settings } = this;
        return this.startTurn({ ...sayingOf(message, wanted), settings, actor: message.actor });
      },
      steerQueued: (turnId, message, wanted) => this.steer(turnId, sayingOf(message, wanted)),
    };
  }

  /** Resolves with the turn's id when its first events are committed. No turn may be running. */
  async #beginTurn(
    settings: ThreadSettings,
    work: TurnWork,
    {
      turnId = this.#ports.ids.uuid(),
      isQueued = false,
    }: { readonly turnId?: string; readonly isQueued?: boolean } = {},
  ): Promise<string> {
    const control = new TurnControl();
    const approvals = new ApprovalWaits((id) => this.journal.state.pendingApprovals.has(id));
    const begun = Promise.withResolvers<void>();
    const ended = this.#run({ turnId, control, approvals }, settings, work, begun).finally(() => {
      this.#turn = null;
      begun.resolve();
      this.#onTurnEnded();
      // A message that could not be started waits on: tried again by its own failure it would be tried without end.
      const wakes = begun.promise.then(
        () => true,
        () => !isQueued,
      );
      wakes.then((next) => next && this.queue.wake());
    });
    this.#turn = { turnId, control, approvals, ended };
    await begun.promise;
    return turnId;
  }

  async #run(
    { turnId, control, approvals }: Omit<RunningTurn, "ended">,
    settings: ThreadSettings,
    work: TurnWork,
    begun: PromiseWithResolvers<void>,
  ): Promise<void> {
    const gate = this.#ports.openGate((ahead) => this.#notices.tellPlace(turnId, ahead));
    try {
      const { signal, steering, handover } = control;
      const environment = await this.#ports.openEnvironment(settings, {
        signal: AbortSignal.any([signal, handover.due]),
        notice: (notice) => this.#notices.warn(turnId, notice),
      });
      const journal = {
        append: (...given: Parameters<Journal["append"]>) => {
          const appended = this.journal.append(...given);
          appended.then(begun.resolve, begun.reject);
          const [, , calls = []] = given;
          if (calls.length > 0)
            appended.then(
              () => gate.settled(),
              () => {},
            );
          return appended;
        },
      };
      const { threadId } = this.journal.thread;
      const input = { threadId, turnId, state: () => this.journal.state, signal, steering, handover };
      const asking: Approvals = {
        decision: (approvalId, stop) => {
          gate.pause();
          return approvals.decision(approvalId, stop);
        },
      };
      await work(input, { ...this.#ports, journal, environment, approvals: asking, gate });
    } catch (reason) {
      control.steering.close();
      begun.reject(reason);
      this.#ports.turnFailed(turnId, reason);
      const isSaid = reason instanceof RunnerAbsent || reason instanceof WorkspaceUnusable;
      const error = isSaid ? { ...notStored, message: `The turn ended: ${reason.message}.` } : notStored;
      if (!(reason instanceof OwnershipLost)) await this.#closeTurn(error);
    } finally {
      gate.close();
    }
  }

  /** Such as when the log has refused what the turn wrote; with these last events it is usable again. */
  async #closeTurn(error: TurnError): Promise<void> {
    const { state } = this.journal;
    if (state.openTurn === null) return;
    const inBackground = new Set(this.#ports.processes.all().map(({ itemId }) => itemId));
    const end = { status: "failed", error } as const;
    const events = deriveRecovery(state, this.#ports.clock.now(), end, { stays: inBackground });
    await this.append(events).catch((reason: unknown) => this.#ports.turnFailed(this.activeTurnId ?? "", reason));
  }
}

function sayingOf({ id, clientId, content, actor }: QueuedMessage, wanted: WantedNow | undefined) {
  const by = actor === null ? {} : { author: actor };
  const taken = wanted === undefined ? {} : { takenBy: wanted.by };
  const input = { clientId: clientId === "" ? null : clientId, content, queuedId: id, ...by, ...taken };
  return { input, ...(wanted?.receiptFor === undefined ? {} : { receiptFor: wanted.receiptFor }) };
}

function withReceipt({ input, receiptFor }: Pick<StartTurn, "input" | "receiptFor">, turnId: string): TurnUserInput {
  return receiptFor === undefined ? input : { ...input, receipt: receiptFor(turnId) };
}
