/** A search below some roots, each in its workspace's sandbox. What lies in no workspace, or is not there, holds nothing. */
import { resolve } from "node:path/posix";
import { EnvironmentFailure, FileFailure } from "@skein/core/ports";
import { PathSearch } from "@skein/executor/search/ask-search";
import { byRank, type FoundPath } from "@skein/executor/search/rank-paths";
import { defaultRoot } from "../workspace/workspaces.ts";
import type { ConnectionErrands } from "./connection-errands.ts";
import { filePolicy } from "./file-policy.ts";

export interface FoundFile extends FoundPath {
  /** As it was asked for. */
  readonly root: string;
}

const maxFound = 50;

export class ErrandSearch {
  /** Resolves when nothing of it runs. */
  readonly ended: Promise<unknown>;
  readonly #opened: readonly { readonly root: string; readonly search: Promise<PathSearch | null> }[];
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(errands: ConnectionErrands, roots: readonly string[]) {
    const opened = roots.map((root) => ({ root, ...this.#open(errands, root) }));
    this.#opened = opened;
    this.ended = Promise.allSettled(opened.map(({ using }) => using));
  }

  /** The best first. null: it was closed. Rejects when a root could not be searched. */
  async find(query: string): Promise<readonly FoundFile[] | null> {
    const finding = Promise.all(
      this.#opened.map(async ({ root, search }) => {
        const opened = await search;
        const paths = opened === null ? [] : await opened.find(query);
        return paths?.map((path) => ({ ...path, root })) ?? null;
      }),
    );
    // What is being opened meanwhile opens for nobody.
    const found = await Promise.race([finding, this.#closed.promise]);
    if (this.#isClosed || found === undefined) return null;
    if (found.includes(null)) throw new EnvironmentFailure("the search ended early");
    return found
      .flatMap((files) => files ?? [])
      .sort(byRank)
      .slice(0, maxFound);
  }

  close(): void {
    this.#isClosed = true;
    this.#closed.resolve();
  }

  /** The environment is in use until the search is closed. */
  #open(errands: ConnectionErrands, root: string) {
    const opened = Promise.withResolvers<PathSearch | null>();
    opened.promise.catch(() => {});
    const using = errands.use(resolve(defaultRoot, root), async ({ environment, path }) => {
      if (this.#isClosed) return;
      const search = await PathSearch.open(environment, { root: path, limit: maxFound, policy: filePolicy });
      opened.resolve(search);
      await this.#closed.promise;
      search.close();
    });
    using.catch((error: unknown) => {
      if (error instanceof FileFailure) opened.resolve(null);
      else opened.reject(error);
    });
    return { search: opened.promise, using };
  }
}
