import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import { decideThreadRights, ownsEveryThread } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import type { ThreadFilter, ThreadOrder, ThreadsPage } from "../log/list-threads.ts";
import { encodeThreadPlace, parseThreadPlace } from "../log/thread-place.ts";
import type { ThreadRecord } from "../log/thread-record.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { presentRecord, type ThreadServices } from "./thread-services.ts";

type Methods = "thread/list" | "thread/search" | "thread/loaded/list";
type ListParams = ParamsOf<"thread/list">;

const defaultLimit = 25;
const maxLimit = 200;

export function threadListHandlers(services: ThreadServices): Handlers<Methods> {
  const { directory, manager } = services;
  return {
    "thread/list": async (params, { principal }) => {
      // Sections and relations between threads do not exist here, so nothing is in them.
      if (params.sectionId || params.projectId || params.parentThreadId || params.ancestorThreadId) return emptyPage;
      const filter = { ...filterOf(params, principal), searchTerm: params.searchTerm ?? null };
      const page = await directory.list(principal.tenantId, filter, orderOf(params));
      const rightsOf = await rightsOn(services, principal, page.data);
      return presentPage(page, (record) => ({ ...presentRecord(services, record), rights: rightsOf(record) }));
    },

    "thread/search": async (params, { principal }) => {
      if (params.searchTerm.trim() === "")
        return refuse(errors.invalidParams("Invalid request: searchTerm must not be empty"));
      const filter = { ...filterOf(params, principal), searchTerm: params.searchTerm };
      const page = await directory.search(principal.tenantId, filter, orderOf(params));
      const found = page.data.map(({ thread }) => thread);
      const rightsOf = await rightsOn(services, principal, found);
      return presentPage(page, ({ thread, snippet }) => ({
        thread: { ...presentRecord(services, thread), rights: rightsOf(thread) },
        snippet,
      }));
    },

    "thread/loaded/list": async (_params, { principal }) => {
      const { tenantId } = principal;
      const here = manager.loadedThreads.filter((thread) => thread.tenantId === tenantId);
      const elsewhere = await directory.loadedElsewhere(tenantId);
      // A thread that moves here while the others are read is named once.
      const ids = new Set([...here.map(({ threadId }) => threadId), ...elsewhere]);
      const reader = readerOf(principal);
      const data = reader === null ? [...ids] : await directory.readable(tenantId, [...ids], reader);
      return { data: [...data], nextCursor: null };
    },
  };
}

const emptyPage = { data: [], nextCursor: null, backwardsCursor: null };

/** What the caller may do with each of these threads; grants are read once for all of them, and only of others' threads. */
async function rightsOn({ directory }: ThreadServices, principal: Principal, threads: readonly ThreadRecord[]) {
  const { tenantId, userId } = principal;
  const others = ownsEveryThread(principal) ? [] : threads.filter(({ createdBy }) => createdBy !== userId);
  const ids = others.map(({ id }) => id);
  const granted = ids.length === 0 ? null : await directory.grantedRights(tenantId, ids, userId);
  return ({ id, createdBy }: ThreadRecord) => [
    ...decideThreadRights(principal, { createdBy, granted: granted?.get(id) ?? [] }),
  ];
}

/** null: every thread of the tenant. */
function readerOf(principal: Principal): string | null {
  return ownsEveryThread(principal) ? null : principal.userId;
}

function belongingOf(whose: NonNullable<ListParams["whose"]>, { userId }: Principal): ThreadFilter["belonging"] {
  switch (whose) {
    case "all":
      return null;
    case "mine":
      return { userId, as: "creator" };
    case "sharedWithMe":
      return { userId, as: "guest" };
  }
}

function filterOf(params: Partial<ListParams>, principal: Principal): Omit<ThreadFilter, "searchTerm"> {
  const { cwd } = params;
  return {
    archived: params.archived ?? false,
    cwds: cwd === null || cwd === undefined ? null : [cwd].flat(),
    sources: sourcesOf(params.sourceKinds ?? []),
    modelProviders: params.modelProviders?.length ? params.modelProviders : null,
    originators: params.originators ?? null,
    excludedThreadIds: params.excludedThreadIds ?? [],
    reader: readerOf(principal),
    belonging: belongingOf(params.whose ?? "all", principal),
  };
}

/**
 * Every thread of Skein's was started by somebody at a client of this server. Clients ask for such threads by the names
 * that the real server gives its own, so each of these means all of ours; an empty list means any.
 */
const ours: readonly string[] = ["appServer", "cli", "vscode"];

function sourcesOf(kinds: readonly string[]): readonly string[] | null {
  return kinds.length === 0 || kinds.some((kind) => ours.includes(kind)) ? null : kinds;
}

function orderOf(params: Pick<ListParams, "cursor" | "limit" | "sortDirection" | "sortKey">): ThreadOrder {
  const cursor = params.cursor ?? null;
  const sortKey = params.sortKey ?? "created_at";
  return {
    sortKey: sortKey === "section_position" ? "recency_at" : sortKey,
    direction: params.sortDirection ?? "desc",
    from: cursor === null ? null : (parseThreadPlace(cursor) ?? refuse(errors.invalidCursor(cursor))),
    limit: Math.min(Math.max(params.limit ?? defaultLimit, 1), maxLimit),
  };
}

function presentPage<T, R>(page: ThreadsPage<T>, present: (entry: T) => R) {
  const { next, backwards } = page;
  return {
    data: page.data.map(present),
    nextCursor: next === null ? null : encodeThreadPlace(next),
    backwardsCursor: backwards === null ? null : encodeThreadPlace(backwards),
  };
}
