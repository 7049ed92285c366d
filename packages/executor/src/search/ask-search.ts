/** Searches names below a directory where commands run, and nowhere else: in the workspace's own sandbox. */
import { randomUUID } from "node:crypto";
import type { CommandSpec } from "@skein/core/ports";
import type { HostEnvironment, HostProcess } from "../host/runner-host.ts";
import { readLines } from "../tree/read-lines.ts";
import { treeProgram } from "../tree/tree-task.ts";
import type { FoundPath } from "./rank-paths.ts";
import { searchReport } from "./search-task.ts";

/** Above what the program says of as many paths as are asked for. */
const maxLineLength = 8 * 1024 * 1024;

export class PathSearch {
  readonly #process: HostProcess;
  readonly #waiting = new Map<number, (found: readonly FoundPath[] | null) => void>();
  #lastId = 0;
  #hasEnded = false;

  private constructor(process: HostProcess) {
    this.#process = process;
    void this.#read();
  }

  /** `root` as commands see it. Rejects with what the environment rejects with. */
  static async open(
    environment: Pick<HostEnvironment, "info" | "start">,
    { root, limit, policy }: { readonly root: string; readonly limit: number; readonly policy: CommandSpec["policy"] },
  ): Promise<PathSearch> {
    const process = await environment.start({
      processId: randomUUID(),
      argv: [treeProgram, JSON.stringify({ type: "search", root, within: environment.info.root, limit })],
      ...{ cwd: "/", env: {}, tty: null, streams: { stdin: true }, policy },
    });
    return new PathSearch(process);
  }

  /** The best first. null: the search has ended. */
  async find(query: string): Promise<readonly FoundPath[] | null> {
    if (this.#hasEnded) return null;
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<readonly FoundPath[] | null>();
    this.#waiting.set(id, resolve);
    this.#process.write(Buffer.from(`${JSON.stringify({ id, query })}\n`)).catch(() => this.#end());
    return promise;
  }

  close(): void {
    this.#end();
    void this.#process.kill().catch(() => {});
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
    const { id, found } = searchReport.parse(JSON.parse(line));
    this.#waiting.get(id)?.(found);
    this.#waiting.delete(id);
  }

  #end(): void {
    this.#hasEnded = true;
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}
