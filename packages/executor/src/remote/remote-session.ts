/** The node's side of a session with a runner: requests and their answers, and the commands that run there for it. */
import {
  EnvironmentFailure,
  type EnvironmentInfo,
  FileFailure,
  type Isolation,
  type NetworkGate,
} from "@skein/core/ports";
import { RemoteProcess } from "../environment/remote-process.ts";
import type { EnvironmentOpening } from "../host/runner-host.ts";
import { processWindowBytes } from "../link/limits.ts";
import { Link } from "../link/link.ts";
import { type Frame, FrameError } from "../rpc/frame.ts";
import {
  type HostError,
  type HostMethod,
  type HostParams,
  type HostReport,
  type HostResult,
  hostReport,
  hostResults,
} from "../rpc/host-methods.ts";
import { WorkspaceRefused } from "../workspace/open-directory.ts";
import { NetworkAnswers, type NetworkReport } from "./network-answers.ts";

export interface RemoteSessionOptions {
  readonly id: string;
  readonly isolation: Isolation;
  readonly maxKeptBytes: number;
  /** Called once; everything under way has failed. */
  ended(reason: string): void;
}

interface Pending {
  readonly method: HostMethod;
  resolve(answer: { result: unknown; body: Uint8Array }): void;
  reject(error: Error): void;
}

export class RemoteSession {
  readonly id: string;
  readonly link: Link;
  readonly #options: RemoteSessionOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #processes = new Map<number, RemoteProcess>();
  /** Told to end while nobody knew whether the runner would hear of it. */
  readonly #killed = new Set<number>();
  readonly #opened = new Map<string, Promise<EnvironmentInfo>>();
  readonly #network = new NetworkAnswers((ask, verdict) => {
    if (this.#failure === null) this.#tell("network/decide", { ask, verdict });
  });
  #lastId = 0;
  #lastProcess = 0;
  #failure: EnvironmentFailure | null = null;

  constructor(options: RemoteSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.link = new Link({
      maxKeptBytes: options.maxKeptBytes,
      received: (frame) => this.#receive(frame),
      broken: (reason) => this.#end(reason),
    });
  }

  async request<M extends HostMethod>(
    method: M,
    params: HostParams<M>,
    body?: Uint8Array,
  ): Promise<{ result: HostResult<M>; body: Uint8Array }> {
    if (this.#failure !== null) throw this.#failure;
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<{ result: unknown; body: Uint8Array }>();
    this.#pending.set(id, { method, resolve, reject });
    try {
      this.link.send({ id, method, params }, body);
    } catch (error) {
      this.#pending.delete(id);
      throw error instanceof FrameError ? new EnvironmentFailure(`cannot ask the runner: ${error.message}`) : error;
    }
    const answer = await promise;
    return { result: answer.result as HostResult<M>, body: answer.body };
  }

  /** Asked for anew every time: what may be opened can change. */
  open(opening: EnvironmentOpening): Promise<EnvironmentInfo> {
    const { workspace, threadId, fence, leaseMs } = opening;
    const opened = this.request("environment/open", { workspace, threadId, fence, leaseMs }).then(({ result }) => ({
      ...result,
      isolation: this.#options.isolation,
    }));
    this.#opened.set(keyOf(opening), opened);
    opened.catch(() => {
      if (this.#opened.get(keyOf(opening)) === opened) this.#opened.delete(keyOf(opening));
    });
    return opened;
  }

  /** As it was opened in this session; only a session that is new to the thread asks. */
  async ensureOpen(opening: EnvironmentOpening): Promise<void> {
    await (this.#opened.get(keyOf(opening)) ?? this.open(opening));
  }

  async close(threadId: string, fence: number): Promise<void> {
    for (const key of this.#opened.keys()) if (key.startsWith(`${threadId} ${fence} `)) this.#opened.delete(key);
    await this.request("environment/close", { threadId, fence });
  }

  renewLease(threadId: string, fence: number, validForMs: number): void {
    this.link.sendNow({ id: null, method: "lease/renew", params: { threadId, fence, validForMs } });
  }

  /** `gate`: decides about the command's connections; absent: it has none. */
  async start(
    { command, ...owner }: Omit<HostParams<"process/start">, "process">,
    gate?: NetworkGate,
  ): Promise<RemoteProcess> {
    const number = ++this.#lastProcess;
    if (gate !== undefined) this.#network.admit(number, gate);
    const process = new RemoteProcess(command.processId, processWindowBytes, this.#control(number), {
      notice: null,
      explain: () => null,
    });
    // Before the request: its first output may come ahead of the answer.
    this.#processes.set(number, process);
    try {
      await this.request("process/start", { ...owner, process: number, command });
      return process;
    } catch (error) {
      this.#processes.delete(number);
      throw error;
    }
  }

  /** The connection is lost. Of what was told to end nobody waits to hear that it has. */
  detached(): void {
    for (const number of this.#killed) this.#giveUp(number);
  }

  #control(number: number) {
    const ask = async (
      method: "process/interrupt" | "process/write" | "process/closeStdin",
      bytes?: Uint8Array,
    ): Promise<void> => {
      await this.request(method, { process: number }, bytes);
    };
    return {
      acknowledge: (bytes: number) => this.#tell("process/acknowledge", { process: number, bytes }),
      write: (bytes: Uint8Array) => ask("process/write", bytes),
      closeStdin: () => ask("process/closeStdin"),
      interrupt: () => ask("process/interrupt"),
      kill: async () => {
        if (!this.#processes.has(number)) return;
        this.#killed.add(number);
        this.#tell("process/kill", { process: number });
        if (!this.link.isAttached) this.#giveUp(number);
      },
      resize: async (columns: number, rows: number) => {
        await this.request("process/resize", { process: number, columns, rows });
      },
    };
  }

  #tell<M extends HostMethod>(method: M, params: HostParams<M>): void {
    this.link.send({ id: null, method, params });
  }

  #giveUp(number: number): void {
    this.#killed.delete(number);
    const process = this.#processes.get(number);
    this.#processes.delete(number);
    process?.fail(new EnvironmentFailure("the command was told to end, but its runner cannot be reached"));
  }

  #receive({ header, body }: Frame): void {
    const report = hostReport.parse(header);
    if ("id" in report) this.#answer(report, body);
    else if (isAboutNetwork(report)) this.#network.hear(report);
    else this.#hear(report, body);
  }

  #answer(report: Extract<HostReport, { id: number }>, body: Uint8Array): void {
    const pending = this.#pending.get(report.id);
    if (pending === undefined) throw new Error("the runner answered what nobody asked");
    this.#pending.delete(report.id);
    if ("error" in report) {
      pending.reject(errorOf(report.error));
      return;
    }
    const checked = hostResults[pending.method].safeParse(report.result);
    if (checked.success) {
      pending.resolve({ result: checked.data, body });
      return;
    }
    pending.reject(new EnvironmentFailure("the runner gave a malformed answer"));
    throw new Error(`the runner's answer to ${pending.method} is malformed`);
  }

  /** Of a command that was given up nothing is heard any more. */
  #hear(report: Exclude<HostReport, { id: number } | NetworkReport>, body: Uint8Array): void {
    const { process: number, seq } = report.params;
    const process = this.#processes.get(number);
    if (process === undefined) return;
    if (report.method === "process/output") {
      if (!process.take(seq, body, report.params.stream)) throw new Error("the runner sent output out of turn");
      return;
    }
    this.#processes.delete(number);
    this.#killed.delete(number);
    if (report.method === "process/failed") process.fail(new EnvironmentFailure(report.params.message));
    else if (!process.finish(seq, report.params)) throw new Error("the runner reported an end out of turn");
  }

  #end(reason: string): void {
    const failure = new EnvironmentFailure(reason);
    this.#failure = failure;
    for (const { reject } of this.#pending.values()) reject(failure);
    for (const process of this.#processes.values()) process.fail(failure);
    this.#pending.clear();
    this.#processes.clear();
    this.#network.end();
    this.#options.ended(reason);
  }
}

function isAboutNetwork(report: Exclude<HostReport, { id: number }>): report is NetworkReport {
  return report.method.startsWith("network/");
}

function keyOf({ threadId, fence, workspace }: EnvironmentOpening): string {
  return `${threadId} ${fence} ${workspace.id}`;
}

function errorOf({ kind, code, message }: HostError): Error {
  switch (kind) {
    case "file":
      return new FileFailure(code, message);
    case "workspace":
      return new WorkspaceRefused(message);
    case "environment":
      return new EnvironmentFailure(message);
    case "internal":
      return new EnvironmentFailure(`the runner failed: ${message}`);
  }
}
