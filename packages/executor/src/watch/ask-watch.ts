/** Watches files where commands run, and nowhere else: in the workspace's own sandbox, one program for all of an environment's watches. */
import { randomUUID } from "node:crypto";
import { type CommandSpec, EnvironmentFailure, FileFailure } from "@skein/core/ports";
import type { HostEnvironment, HostProcess } from "../host/runner-host.ts";
import { readLines } from "../tree/read-lines.ts";
import { treeProgram } from "../tree/tree-task.ts";
import type { Changed } from "./changes.ts";
import { type WatchOrder, watchReport } from "./watch-task.ts";

/** Above what as many names as are told at once can take. */
const maxLineLength = 2 * 1024 * 1024;

interface Watch {
  readonly adding: PromiseWithResolvers<void>;
  changed(changed: readonly Changed[]): void;
}

export class Watcher {
  /** Resolves when it watches nothing any more, whatever the reason. */
  readonly ended: Promise<void>;
  readonly #process: HostProcess;
  readonly #watches = new Map<number, Watch>();
  #lastId = 0;
  #hasEnded = false;

  private constructor(process: HostProcess) {
    this.#process = process;
    this.ended = this.#read();
  }

  /** Rejects with what the environment rejects with. */
  static async open(
    environment: Pick<HostEnvironment, "info" | "start">,
    policy: CommandSpec["policy"],
  ): Promise<Watcher> {
    const process = await environment.start({
      processId: randomUUID(),
      argv: [treeProgram, JSON.stringify({ type: "watch", within: environment.info.root })],
      ...{ cwd: "/", env: {}, tty: null, streams: { stdin: true }, policy },
    });
    return new Watcher(process);
  }

  /**
   * `path` as commands see it. Resolves when no later change is missed, with what ends it. Rejects with `FileFailure` when the system has no
   * room for more, and with `EnvironmentFailure`.
   */
  async add(path: string, changed: Watch["changed"]): Promise<() => void> {
    if (this.#hasEnded) throw new EnvironmentFailure("nothing can be watched there any more");
    const id = ++this.#lastId;
    const adding = Promise.withResolvers<void>();
    this.#watches.set(id, { adding, changed });
    this.#order({ type: "add", id, path });
    await adding.promise;
    return () => {
      if (this.#watches.delete(id)) this.#order({ type: "remove", id });
    };
  }

  close(): void {
    this.#end();
    void this.#process.kill().catch(() => {});
  }

  #order(order: WatchOrder): void {
    this.#process.write(Buffer.from(`${JSON.stringify(order)}\n`)).catch(() => this.close());
  }

  async #read(): Promise<void> {
    try {
      for await (const line of readLines(this.#process, maxLineLength)) this.#take(line);
    } catch {
      // Whatever it was that it said, it is not heard any more.
    } finally {
      this.close();
    }
  }

  #take(line: string): void {
    const report = watchReport.parse(JSON.parse(line));
    const watch = this.#watches.get(report.id);
    if (report.type === "added") watch?.adding.resolve();
    if (report.type === "changed") watch?.changed(report.changed);
    if (report.type !== "refused") return;
    this.#watches.delete(report.id);
    watch?.adding.reject(new FileFailure(report.code, "the runner has no room for more watches"));
  }

  #end(): void {
    this.#hasEnded = true;
    for (const { adding } of this.#watches.values()) {
      adding.promise.catch(() => {});
      adding.reject(new EnvironmentFailure("the watch ended early"));
    }
    this.#watches.clear();
  }
}
