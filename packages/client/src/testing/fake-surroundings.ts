import type { Surroundings, SurroundingsListener } from "../connection/surroundings.ts";

/** The network comes and goes, and the page wakes, when a test says so. */
export class FakeSurroundings implements Surroundings {
  isWatchedNow = false;
  #online = true;
  #listener: SurroundingsListener | null = null;

  isOnline(): boolean {
    return this.#online;
  }

  isWatched(): boolean {
    return this.isWatchedNow;
  }

  watch(listener: SurroundingsListener): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  goOnline(online: boolean): void {
    this.#online = online;
    this.#listener?.networkChanged();
  }

  wake(): void {
    this.#listener?.woke();
  }
}
