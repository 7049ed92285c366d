/** The searches of one connection: sessions by their ids, and single ones by the tokens that end them. */
import type { ConnectionErrands } from "./connection-errands.ts";
import { TooManyErrands } from "./errand-failure.ts";
import { ErrandSearch, type FoundFile } from "./errand-search.ts";

/** Each is a process per root. */
const maxAtOnce = 4;
/** With those that were closed and have not ended yet. */
const maxRunning = 2 * maxAtOnce;

interface Session {
  readonly search: ErrandSearch;
  newest: number;
}

/** The newest of its token. */
interface Single {
  readonly superseded: AbortController;
  readonly ended: Promise<void>;
}

export class ErrandSearches {
  readonly #errands: ConnectionErrands;
  readonly #sessions = new Map<string, Session>();
  readonly #single = new Set<ErrandSearch>();
  readonly #byToken = new Map<string, Single>();
  readonly #running = new Set<ErrandSearch>();

  constructor(errands: ConnectionErrands) {
    this.#errands = errands;
  }

  /** Empty too when a later search with this token has ended it. One of a token begins when the one before has ended. */
  async findOnce(roots: readonly string[], query: string, token: string | null): Promise<readonly FoundFile[]> {
    const superseded = new AbortController();
    if (token === null) return this.#findOnce(roots, query, superseded.signal);
    const before = this.#byToken.get(token);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const single = { superseded, ended };
    this.#byToken.set(token, single);
    before?.superseded.abort();
    try {
      await before?.ended;
      return superseded.signal.aborted ? [] : await this.#findOnce(roots, query, superseded.signal);
    } finally {
      end();
      if (this.#byToken.get(token) === single) this.#byToken.delete(token);
    }
  }

  /** One of the same id ends. */
  start(id: string, roots: readonly string[]): void {
    this.stop(id);
    const search = this.#begin(roots);
    this.#sessions.set(id, { search, newest: 0 });
  }

  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** null: a newer query has come, or the session was stopped. One that fails is over. */
  async find(id: string, query: string): Promise<readonly FoundFile[] | null> {
    const session = this.#sessions.get(id);
    if (session === undefined) return null;
    const number = ++session.newest;
    try {
      const found = await session.search.find(query);
      return number === session.newest ? found : null;
    } catch (error) {
      if (this.#sessions.get(id) !== session) return null;
      this.stop(id);
      throw error;
    }
  }

  stop(id: string): void {
    this.#sessions.get(id)?.search.close();
    this.#sessions.delete(id);
  }

  /** Ends all of them. */
  close(): void {
    for (const { search } of this.#sessions.values()) search.close();
    for (const search of this.#single) search.close();
    this.#sessions.clear();
  }

  async #findOnce(roots: readonly string[], query: string, signal: AbortSignal): Promise<readonly FoundFile[]> {
    const search = this.#begin(roots);
    this.#single.add(search);
    signal.addEventListener("abort", () => search.close());
    try {
      return (await search.find(query)) ?? [];
    } finally {
      search.close();
      this.#single.delete(search);
      // The next one of its token would find no room.
      if (signal.aborted) await search.ended;
    }
  }

  #begin(roots: readonly string[]): ErrandSearch {
    const open = this.#sessions.size + this.#single.size;
    if (open >= maxAtOnce || this.#running.size >= maxRunning) {
      throw new TooManyErrands(`${maxAtOnce} searches are under way over this connection already`);
    }
    const search = new ErrandSearch(this.#errands, roots);
    this.#running.add(search);
    void search.ended.finally(() => this.#running.delete(search));
    return search;
  }
}
