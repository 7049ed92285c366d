/** What goes wrong, and how often: nodes die, stop and stand still; the database and the bus die. One thing at a time. */
import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "./random.ts";
import { usualLeaseSeconds, type World } from "./world.ts";

export type Trouble = "node killed" | "node stopped" | "node frozen" | "database killed" | "bus killed";

export class Chaos {
  readonly counts = new Map<Trouble, number>();
  readonly #world: World;
  readonly #random: Random;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** Afterwards everything runs again. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await delay(this.#random.between(500, 5_000));
      const trouble = this.#choose();
      this.counts.set(trouble, (this.counts.get(trouble) ?? 0) + 1);
      await this.#make(trouble);
    }
  }

  #choose(): Trouble {
    const usual: Trouble[] = [
      "node killed",
      "node killed",
      "node killed",
      "node stopped",
      "node stopped",
      "node frozen",
    ];
    return this.#random.pick([
      ...usual,
      "database killed",
      ...(this.#world.nats === null ? [] : ["bus killed" as const]),
    ]);
  }

  async #make(trouble: Trouble): Promise<void> {
    const { nodes, nats, postgres } = this.#world;
    const node = this.#random.pick(nodes);
    switch (trouble) {
      case "node killed":
      case "node stopped":
        await node.end(trouble === "node killed" ? "SIGKILL" : "SIGTERM");
        await delay(this.#random.between(0, 1.5 * usualLeaseSeconds * 1000));
        return node.start();
      case "node frozen":
        return node.freeze(this.#random.between(100, 2 * usualLeaseSeconds * 1000));
      case "database killed": {
        const pid = postgres.pid();
        if (pid !== null) process.kill(pid, "SIGKILL");
        return;
      }
      case "bus killed":
        await nats?.kill();
        await delay(this.#random.between(0, 5_000));
        await nats?.start();
    }
  }
}
