/** Finding files of workspaces: the walk and the ranking are done in the sandbox. */
import { basename } from "node:path/posix";
import { errors } from "@skein/protocol/errors";
import type { FuzzyFile } from "@skein/protocol/methods/fuzzy-file-search";
import type { FoundFile } from "../errand/errand-search.ts";
import { answered } from "./errand-refusal.ts";
import type { ErrandServices } from "./fs.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods =
  | "fuzzyFileSearch"
  | "fuzzyFileSearch/sessionStart"
  | "fuzzyFileSearch/sessionUpdate"
  | "fuzzyFileSearch/sessionStop";

const maxRoots = 4;
/** Of a path, and so of what can be found in one. */
const maxQueryLength = 4096;

export function fuzzyFileSearchHandlers({ errands }: ErrandServices): Handlers<Methods> {
  const searchesOf = ({ connection }: MethodCall) => errands.of(connection).searches;
  /** Whoever asks while it searches hears of the newest query alone. */
  const tell = async (call: MethodCall, sessionId: string, query: string) => {
    const { connection } = call;
    const found = await searchesOf(call)
      .find(sessionId, query)
      .catch(() => []);
    if (found === null) return;
    connection.notify("fuzzyFileSearch/sessionUpdated", { sessionId, query, files: found.map(present) });
    connection.notify("fuzzyFileSearch/sessionCompleted", { sessionId });
  };
  return {
    fuzzyFileSearch: async ({ query, roots, cancellationToken = null }, call) => {
      checkQuery(query);
      const found = await answered(searchesOf(call).findOnce(distinct(roots), query, cancellationToken));
      return { files: found.map(present) };
    },
    "fuzzyFileSearch/sessionStart": async ({ sessionId, roots }, call) => {
      if (sessionId === "") refuse(errors.processRefused("the sessionId is empty"));
      if (roots.length === 0) {
        refuse(errors.environmentFailed("a file search session needs at least one directory to search"));
      }
      await answered((async () => searchesOf(call).start(sessionId, distinct(roots)))());
      call.afterwards(() => void tell(call, sessionId, ""));
      return {};
    },
    "fuzzyFileSearch/sessionUpdate": ({ sessionId, query }, call) => {
      checkQuery(query);
      if (!searchesOf(call).has(sessionId)) {
        refuse(errors.processRefused(`no search of this connection has the sessionId ${JSON.stringify(sessionId)}`));
      }
      call.afterwards(() => void tell(call, sessionId, query));
      return {};
    },
    "fuzzyFileSearch/sessionStop": ({ sessionId }, call) => {
      searchesOf(call).stop(sessionId);
      return {};
    },
  };
}

function checkQuery(query: string): void {
  if (query.length > maxQueryLength) refuse(errors.invalidParams(`a query has at most ${maxQueryLength} characters`));
}

function distinct(roots: readonly string[]): readonly string[] {
  const once = [...new Set(roots)];
  return once.length > maxRoots ? refuse(errors.invalidParams(`a search has at most ${maxRoots} roots`)) : once;
}

function present({ root, path, kind, score, indices }: FoundFile): FuzzyFile {
  return { root, path, match_type: kind, file_name: basename(path), score, indices: [...indices] };
}
