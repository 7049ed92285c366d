/** Watching files of workspaces: it is done in the sandbox of the connection's own environment. */
import { resolve } from "node:path/posix";
import { errors } from "@skein/protocol/errors";
import { absolute, answered } from "./errand-refusal.ts";
import type { ErrandServices } from "./fs.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

export function fsWatchHandlers({ errands }: ErrandServices): Handlers<"fs/watch" | "fs/unwatch"> {
  return {
    "fs/watch": async ({ watchId, path }, { connection, afterwards }) => {
      absolute("path", path);
      const { watches } = errands.of(connection);
      if (watches.has(watchId))
        refuse(errors.processRefused(`a path is watched under the watchId ${JSON.stringify(watchId)} already`));
      const isAnswered = Promise.withResolvers<void>();
      const tell = (changedPaths: readonly string[]) =>
        void isAnswered.promise.then(() => connection.notify("fs/changed", { watchId, changedPaths }));
      await answered(watches.watch(watchId, path, tell));
      afterwards(isAnswered.resolve);
      return { path: resolve(path) };
    },
    "fs/unwatch": ({ watchId }, { connection }) => {
      errands.of(connection).watches.unwatch(watchId);
      return {};
    },
  };
}
