import type { SandboxPolicy } from "@skein/timeline/event";
import {
  type CommandSpec,
  type Environment,
  EnvironmentFailure,
  type EnvironmentInfo,
  type FileKind,
  type ProcessExit,
  type RunningProcess,
} from "../../ports.ts";
import { MemoryFiles } from "./memory-files.ts";

/** A process whose output and end the test decides. */
export class ScriptedProcess implements RunningProcess {
  readonly spec: CommandSpec;
  readonly written: string[] = [];
  readonly signals: ("interrupt" | "kill")[] = [];
  readonly output: AsyncIterable<Uint8Array>;
  readonly exit: Promise<ProcessExit>;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #settle: PromiseWithResolvers<ProcessExit>;
  #hasEnded = false;

  constructor(spec: CommandSpec) {
    this.spec = spec;
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    this.output = new ReadableStream<Uint8Array>({
      start(given) {
        controller = given;
      },
    });
    this.#controller = controller!;
    this.#settle = Promise.withResolvers<ProcessExit>();
    this.exit = this.#settle.promise;
  }

  get processId(): string {
    return this.spec.processId;
  }

  print(output: string | Uint8Array): void {
    this.#controller.enqueue(typeof output === "string" ? Buffer.from(output) : output);
  }

  end(exitCode: number): void {
    this.#finish(() => this.#settle.resolve({ exitCode, signal: null }));
  }

  die(message: string): void {
    this.#finish(() => this.#settle.reject(new EnvironmentFailure(message)));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#hasEnded) throw new EnvironmentFailure("standard input is closed");
    this.written.push(Buffer.from(bytes).toString());
  }

  async interrupt(): Promise<void> {
    this.signals.push("interrupt");
  }

  async kill(): Promise<void> {
    this.signals.push("kill");
    this.#finish(() => this.#settle.resolve({ exitCode: null, signal: "SIGKILL" }));
  }

  #finish(settle: () => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#controller.close();
    settle();
  }
}

export class ScriptedEnvironment implements Environment {
  readonly info: EnvironmentInfo = { root: "/ws", shell: "/bin/bash", isolation: "bubblewrap" };
  readonly files = new MemoryFiles();
  readonly started: ScriptedProcess[] = [];
  /** The policy of every write and removal, in order. */
  readonly policies: SandboxPolicy[] = [];
  /** Why the next start is refused. */
  refusal: string | null = null;
  #waiting: ((process: ScriptedProcess) => void)[] = [];

  async start(spec: CommandSpec): Promise<RunningProcess> {
    if (this.refusal !== null) throw new EnvironmentFailure(this.refusal);
    const process = new ScriptedProcess(spec);
    this.started.push(process);
    this.#waiting.shift()?.(process);
    return process;
  }

  /** The next process that is started after this call. */
  nextStart(): Promise<ScriptedProcess> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async readFile(path: string, maxBytes: number): Promise<Uint8Array | null> {
    return this.files.read(path, maxBytes);
  }

  async fileKind(path: string): Promise<FileKind | null> {
    if (this.files.isDirectory(path)) return "directory";
    return this.files.text(path) === null ? null : "file";
  }

  async writeFile(path: string, bytes: Uint8Array, policy: SandboxPolicy): Promise<void> {
    this.policies.push(policy);
    this.files.write(path, bytes);
  }

  async removeFile(path: string, policy: SandboxPolicy): Promise<void> {
    this.policies.push(policy);
    this.files.remove(path);
  }
}
