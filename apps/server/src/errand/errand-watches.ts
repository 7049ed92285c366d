/** What one connection watches, by the ids that its client gives. A program in each workspace's sandbox watches for all of its watches there. */
import { resolve } from "node:path/posix";
import { EnvironmentFailure } from "@skein/core/ports";
import { Watcher } from "@skein/executor/watch/ask-watch";
import { type Changed, Changes } from "@skein/executor/watch/changes";
import type { ConnectionErrands, ErrandPlace } from "./connection-errands.ts";
import { TooManyErrands } from "./errand-failure.ts";
import { filePolicy } from "./file-policy.ts";

export type TellChanged = (changedPaths: readonly string[]) => void;

const maxWatches = 64;
/** Of programs that end under a watch. */
const maxRestarts = 3;

interface Watch {
  /** As it was asked for, resolved in text. */
  readonly path: string;
  readonly changes: Changes;
  readonly tell: TellChanged;
  /** Aborted when nobody wants to hear of it any more. */
  readonly closing: AbortController;
  isTelling: boolean;
}

interface SharedWatcher {
  readonly opening: Promise<Watcher>;
  uses: number;
}

export class ErrandWatches {
  readonly #errands: ConnectionErrands;
  readonly #byId = new Map<string, Watch>();
  readonly #byWorkspace = new Map<string, SharedWatcher>();

  constructor(errands: ConnectionErrands) {
    this.#errands = errands;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The id must be free. Resolves when no later change is missed. Rejects as `ConnectionErrands.use` does. */
  async watch(id: string, path: string, tell: TellChanged): Promise<void> {
    if (this.#byId.size >= maxWatches) throw new TooManyErrands(`this connection watches ${maxWatches} paths already`);
    const closing = new AbortController();
    const watch = { path: resolve(path), changes: new Changes(), tell, closing, isTelling: false };
    this.#byId.set(id, watch);
    const begun = Promise.withResolvers<void>();
    const forget = () => this.#byId.get(id) === watch && this.#byId.delete(id);
    this.#errands
      .use(path, (place) => this.#follow(watch, place, begun.resolve))
      .finally(forget)
      .then(begun.resolve, begun.reject);
    return begun.promise;
  }

  /** None of this id is no error. */
  unwatch(id: string): void {
    this.#byId.get(id)?.closing.abort();
    this.#byId.delete(id);
  }

  /** Ends all of them. */
  close(): void {
    for (const id of [...this.#byId.keys()]) this.unwatch(id);
  }

  /** A program that ends under a watch is begun again, and what it would have told is told as a change of the path itself. */
  async #follow(watch: Watch, place: ErrandPlace, begun: () => void): Promise<void> {
    for (let restarts = 0; restarts <= maxRestarts; restarts++) {
      await this.#followOne(watch, place, begun);
      if (watch.closing.signal.aborted) return;
      this.#changed(watch, [null]);
    }
    throw new EnvironmentFailure("the watch ended early");
  }

  /** Until the watch is closed, or the program has ended. */
  async #followOne(watch: Watch, place: ErrandPlace, begun: () => void): Promise<void> {
    const shared = this.#join(place);
    try {
      const watcher = await shared.opening;
      const remove = await watcher.add(place.path, (changed) => this.#changed(watch, changed));
      begun();
      await Promise.race([aborted(watch.closing.signal), watcher.ended]);
      remove();
    } finally {
      shared.uses--;
      if (shared.uses === 0) this.#end(place.workspaceId, shared);
    }
  }

  #join({ workspaceId, environment }: ErrandPlace): SharedWatcher {
    const known = this.#byWorkspace.get(workspaceId);
    if (known !== undefined) {
      known.uses++;
      return known;
    }
    const shared = { opening: Watcher.open(environment, filePolicy), uses: 1 };
    this.#byWorkspace.set(workspaceId, shared);
    const end = () => this.#end(workspaceId, shared);
    shared.opening.then(({ ended }) => ended).then(end, end);
    return shared;
  }

  #end(workspaceId: string, shared: SharedWatcher): void {
    if (this.#byWorkspace.get(workspaceId) === shared) this.#byWorkspace.delete(workspaceId);
    shared.opening.then((watcher) => watcher.close()).catch(() => {});
  }

  #changed(watch: Watch, changed: readonly Changed[]): void {
    for (const name of changed) watch.changes.add(name);
    if (!watch.isTelling) void this.#tell(watch);
  }

  /** At the pace of the client; what changes meanwhile is told together. */
  async #tell(watch: Watch): Promise<void> {
    watch.isTelling = true;
    while (!watch.changes.isEmpty && !watch.closing.signal.aborted) {
      await this.#errands.client.untilRoom();
      const names = watch.changes.take();
      if (!watch.closing.signal.aborted) {
        watch.tell(names.map((name) => (name === null ? watch.path : `${watch.path}/${name}`)));
      }
    }
    watch.isTelling = false;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
