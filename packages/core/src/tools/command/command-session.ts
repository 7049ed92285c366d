/**
 * One command from its start to the completion of its item. It reads the process's output as it comes, whoever waits for
 * it or not, and closes the item itself, so that a command which outlives its call or its turn is closed all the same.
 */
import type { ThreadEventBody } from "@skein/timeline/event";
import type { CommandItem } from "@skein/timeline/item";
import {
  type Clock,
  type CommandSpec,
  type Environment,
  EnvironmentFailure,
  type ProcessExit,
  type RunningProcess,
} from "../../ports.ts";
import type { ChunkSink, CommandNetwork, ProcessProgress, ProcessRegistry, SessionProcess } from "../tool.ts";
import { KeptOutput } from "./kept-output.ts";

/** A process that writes faster than the log commits waits for it, so that its output never piles up in memory. */
const MAX_UNCOMMITTED_BYTES = 256 * 1024;

export interface SessionPorts {
  readonly clock: Clock;
  readonly chunks: ChunkSink;
  readonly processes: ProcessRegistry;
  /** null: the command has none. */
  readonly network: CommandNetwork | null;
  emit(events: readonly ThreadEventBody[]): Promise<void>;
}

export interface SessionIdentity {
  readonly turnId: string;
  readonly processId: string;
  /** As it was started; its completion is made from it. */
  readonly item: CommandItem;
  /** When the item was started, which is before any approval. Milliseconds since the epoch. */
  readonly startedAt: number;
}

type State =
  | { readonly type: "starting" }
  | { readonly type: "running"; readonly process: RunningProcess }
  | { readonly type: "ended"; readonly exit: ProcessExit };

export class CommandSession implements SessionProcess {
  readonly processId: string;
  readonly itemId: string;
  readonly turnId: string;
  readonly #item: CommandItem;
  readonly #ports: SessionPorts;
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  readonly #whole = new KeptOutput();
  #untold = new KeptOutput();
  #state: State = { type: "starting" };
  #killWanted = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(identity: SessionIdentity, ports: SessionPorts) {
    this.processId = identity.processId;
    this.turnId = identity.turnId;
    this.itemId = identity.item.id;
    this.#item = identity.item;
    this.#ports = ports;
    this.#startedAt = identity.startedAt;
    this.#startedMonotonic = ports.clock.monotonic();
    ports.network?.tell((sentence) => this.#take(`[skein: ${sentence}]\n`));
  }

  get hasEnded(): boolean {
    return this.#state.type === "ended";
  }

  /** The item must be in the log as started. Rejects with `EnvironmentFailure`, the item then closed as failed. */
  async start(environment: Environment, spec: CommandSpec): Promise<void> {
    this.#ports.processes.add(this);
    try {
      const { network } = this.#ports;
      const process = await environment.start(network === null ? spec : { ...spec, network: network.gate });
      this.#state = { type: "running", process };
      if (this.#killWanted) await this.kill();
      this.#ended = this.#run(process);
      // Whoever waits sees the rejection; with nobody waiting it must not bring the server down.
      this.#ended.catch(() => {});
    } catch (error) {
      if (error instanceof EnvironmentFailure) {
        this.#whole.append(error.message);
        await this.#close({ exitCode: null, signal: null }, null);
      }
      this.#ports.processes.forget(this.processId);
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#state.type !== "running") throw new EnvironmentFailure("the process has ended");
    await this.#state.process.write(bytes);
  }

  async interrupt(): Promise<void> {
    if (this.#state.type === "running") await this.#state.process.interrupt();
  }

  async kill(): Promise<void> {
    this.#killWanted = true;
    if (this.#state.type === "running") await this.#state.process.kill();
  }

  async wait(maxMs: number, signal: AbortSignal): Promise<"ended" | "running" | "aborted"> {
    const waited = await this.#waitOnce(maxMs, signal);
    const asking = this.#ports.network?.asking() ?? null;
    if (waited !== "running" || asking === null) return waited;
    // A person is being asked on whom the command waits. Its time begins anew when they have answered.
    await Promise.race([asking, this.#ended, untilAborted(signal)]);
    return this.wait(maxMs, signal);
  }

  async #waitOnce(maxMs: number, signal: AbortSignal): Promise<"ended" | "running" | "aborted"> {
    if (signal.aborted) return "aborted";
    const stop = new AbortController();
    const pause = this.#ports.clock.sleep(maxMs, AbortSignal.any([signal, stop.signal])).then(
      () => "running" as const,
      () => "aborted" as const,
    );
    try {
      return await Promise.race([this.#ended.then(() => "ended" as const), pause]);
    } finally {
      stop.abort();
    }
  }

  /** Resolves when the item's completion is in the log. */
  async closed(): Promise<void> {
    await this.#ended;
  }

  takeProgress(): ProcessProgress {
    const taken = this.#untold;
    this.#untold = new KeptOutput();
    return {
      text: taken.text(),
      totalBytes: taken.totalBytes,
      totalLines: taken.totalLines,
      exit: this.#state.type === "ended" ? this.#state.exit : null,
    };
  }

  async #run(process: RunningProcess): Promise<void> {
    try {
      await this.#close(await this.#readToEnd(process), this.processId);
    } catch (error) {
      // The item cannot be closed here (another node may own the thread now), so nothing may go on behind it.
      await process.kill().catch(() => {});
      throw error;
    } finally {
      this.#ports.processes.ended(this.processId);
    }
  }

  async #readToEnd(process: RunningProcess): Promise<ProcessExit> {
    // It may reject while the output is still being read, long before anybody awaits it.
    process.exit.catch(() => {});
    // Lossy, and a character that arrives in two pieces comes out whole, so no text ever ends inside one.
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    try {
      let uncommittedBytes = 0;
      for await (const bytes of process.output) {
        this.#take(decoder.decode(bytes, { stream: true }));
        uncommittedBytes += bytes.length;
        if (uncommittedBytes < MAX_UNCOMMITTED_BYTES) continue;
        await this.#ports.chunks.flush();
        uncommittedBytes = 0;
      }
      this.#take(decoder.decode());
      return await process.exit;
    } catch (error) {
      if (!(error instanceof EnvironmentFailure)) throw error;
      this.#take(`${decoder.decode()}${this.#whole.totalBytes > 0 ? "\n" : ""}${error.message}\n`);
      return { exitCode: null, signal: null };
    }
  }

  #take(text: string): void {
    if (text === "") return;
    this.#whole.append(text);
    this.#untold.append(text);
    this.#ports.chunks.push(text);
  }

  async #close(exit: ProcessExit, processId: string | null): Promise<void> {
    this.#ports.network?.end();
    const output = this.#whole.text();
    const item: CommandItem = {
      ...this.#item,
      processId,
      source: this.#item.source === "userShell" ? "userShell" : "session",
      status: exit.exitCode === 0 ? "completed" : "failed",
      output: output === "" ? null : output,
      exitCode: exit.exitCode,
      durationMs: Math.round(this.#ports.clock.monotonic() - this.#startedMonotonic),
    };
    await this.#ports.emit([{ type: "item.completed", turnId: this.turnId, item, startedAt: this.#startedAt }]);
    this.#state = { type: "ended", exit };
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
