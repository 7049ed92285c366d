/** Sockets by the thousand, spread over processes that do nothing else. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Endpoint } from "../server/server.ts";
import type { CrowdOrder, CrowdStep } from "./crowd-process.ts";

const program = join(import.meta.dirname, "crowd-process.ts");

export class Crowd {
  readonly #processes: readonly ChildProcess[];

  constructor(processes: number) {
    this.#processes = Array.from({ length: processes }, () => fork(program));
  }

  /** Resolves when so many sockets are open. */
  async open({ url, headers }: Endpoint, sockets: number): Promise<void> {
    const share = Math.ceil(sockets / this.#processes.length);
    await this.#all("opened", (index) => {
      const own = Math.min(share, sockets - index * share);
      return { url, headers, sockets: own } satisfies CrowdOrder;
    });
  }

  /** Resolves when each of them has said hello and was answered. */
  greet(): Promise<void> {
    return this.#all("greeted", () => "greet");
  }

  end(): void {
    for (const child of this.#processes) child.kill();
  }

  async #all(step: CrowdStep, orderOf: (index: number) => CrowdOrder | "greet"): Promise<void> {
    await Promise.all(
      this.#processes.map(async (child, index) => {
        child.send(orderOf(index));
        const [said] = await Promise.race([once(child, "message"), once(child, "exit")]);
        if (said !== step) throw new Error(`a process of the crowd ended: ${said}`);
      }),
    );
  }
}
