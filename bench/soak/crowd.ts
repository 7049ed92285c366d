/** Clients that all follow all threads, over a network that breaks off at any byte or falls silent. */
import { connect } from "@skein/client/node";
import type { SkeinClient } from "@skein/client/skein-client";
import type { ThreadStore } from "@skein/client/thread/thread-store";
import { CuttingProxy, type Fate } from "../../apps/server/src/testing/cutting-proxy.ts";
import type { Random } from "./random.ts";
import { accessToken, publicHost, type World } from "./world.ts";

export interface Member {
  readonly client: SkeinClient;
  readonly stores: readonly ThreadStore[];
}

const patientBytes = 60_000;
const silentEvery = 40;

export class Crowd {
  readonly members: Member[] = [];
  readonly #proxies: readonly CuttingProxy[];
  readonly #addresses: readonly string[];
  readonly #random: Random;

  private constructor(proxies: readonly CuttingProxy[], addresses: readonly string[], random: Random) {
    this.#proxies = proxies;
    this.#addresses = addresses;
    this.#random = random;
  }

  /** `isOver`: from then on no connection is broken any more. */
  static async gather(world: World, random: Random, isOver: () => boolean): Promise<Crowd> {
    const fateOf = (): Fate => {
      if (isOver()) return {};
      if (random.between(1, silentEvery) === 1) return { swallowAfterMessages: random.between(2, 40) };
      return random.between(1, 4) === 1 ? { doubled: true } : { cutAfterBytes: random.between(200, patientBytes) };
    };
    const proxies = world.nodes.map(({ port }) => new CuttingProxy(`http://127.0.0.1:${port}`, fateOf));
    return new Crowd(proxies, await Promise.all(proxies.map((proxy) => proxy.open())), random);
  }

  /** Connections that were cut or fell silent. */
  get cuts(): number {
    return this.#proxies.reduce((sum, { cuts }) => sum + cuts, 0);
  }

  get connections(): number {
    return this.#proxies.reduce((sum, { connections }) => sum + connections, 0);
  }

  /** A client that connects to another node each time, as a load balancer would have it. */
  newClient(): SkeinClient {
    return connect(() => this.#random.pick(this.#addresses), {
      token: accessToken,
      headers: { host: publicHost },
      clientInfo: { name: "soak", version: "1" },
      schedule: (flush) => flush(),
    });
  }

  add(threadIds: readonly string[]): void {
    const client = this.newClient();
    this.members.push({ client, stores: threadIds.map((id) => client.openThread(id)) });
  }

  async disperse(): Promise<void> {
    for (const { client } of this.members) client.close();
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }
}
