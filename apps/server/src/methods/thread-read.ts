import { errors } from "@skein/protocol/errors";
import { type PageRequest, parsePlace } from "../log/place.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { presentItemsPage, presentTurnsPage } from "../thread/present-pages.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Handlers, MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { findThread, keyOf, presentRecord, type ThreadServices } from "./thread-services.ts";

type Methods = "thread/read" | "thread/turns/list" | "thread/items/list" | "thread/goal/get";

const defaultTurns = 25;
const defaultItems = 100;
/** A page is one message; more is asked for in more pages. */
const maxTurns = 200;
const maxItems = 1000;

export function threadReadHandlers(services: ThreadServices): Handlers<Methods> {
  const { directory } = services;
  return {
    "thread/read": async ({ threadId, includeTurns }, call) => {
      const key = keyOf(call.principal, threadId);
      holdWhileReading(call, key);
      const record = await findThread(services, key, errors.threadNotLoaded);
      const request = { from: null, direction: "desc", limit: maxTurns, items: "all" } as const;
      const page = includeTurns === true ? await directory.turns(key, request) : null;
      const turns = page === null ? [] : presentTurnsPage(page, "full", call.connection.encoding).data.toReversed();
      const thread = { ...presentRecord(services, record, turns), rights: [...call.rights] };
      return { thread, readState: null, asOf: page?.headSeq ?? record.headSeq };
    },

    "thread/turns/list": async ({ threadId, itemsView, ...params }, call) => {
      const key = keyOf(call.principal, threadId);
      holdWhileReading(call, key);
      const view = itemsView ?? "summary";
      const request = pageRequest(params, { direction: "desc", limit: defaultTurns, maxLimit: maxTurns });
      const items = view === "full" ? "all" : view === "summary" ? "summary" : "none";
      const page = (await directory.turns(key, { ...request, items })) ?? refuse(errors.threadNotFound(key.threadId));
      return presentTurnsPage(page, view, call.connection.encoding);
    },

    "thread/items/list": async ({ threadId, turnId, cursor, ...params }, call) => {
      const key = keyOf(call.principal, threadId);
      if (cursor !== null && typeof cursor === "object") refuse(errors.unsupported("a cursor that names an item"));
      holdWhileReading(call, key);
      const defaults = { direction: "asc", limit: defaultItems, maxLimit: maxItems } as const;
      const request = pageRequest({ ...params, cursor }, defaults);
      const ofTurn = turnId === null || turnId === undefined ? {} : { turnId };
      const page =
        (await directory.items(key, { ...request, ...ofTurn })) ?? refuse(errors.threadNotFound(key.threadId));
      return presentItemsPage(page, call.connection.encoding);
    },

    "thread/goal/get": async ({ threadId }, { principal }) => {
      await findThread(services, keyOf(principal, threadId), errors.threadNotFound);
      return { goal: null };
    },
  };
}

interface PageParams {
  readonly cursor?: string | null | undefined;
  readonly limit?: number | null | undefined;
  readonly sortDirection?: "asc" | "desc" | null | undefined;
}

export function pageRequest(
  { cursor, limit, sortDirection }: PageParams,
  defaults: { readonly direction: "asc" | "desc"; readonly limit: number; readonly maxLimit: number },
): PageRequest {
  const given = cursor ?? null;
  return {
    from: given === null ? null : (parsePlace(given) ?? refuse(errors.invalidCursor(given))),
    direction: sortDirection ?? defaults.direction,
    limit: Math.min(Math.max(limit ?? defaults.limit, 1), defaults.maxLimit),
  };
}

/** A page and the frames around it must not overtake each other: its `asOf` is never behind what the client was sent. */
export function holdWhileReading(
  call: Pick<MethodCall, "afterwards"> & { connection: ClientConnection },
  key: ThreadKey,
): void {
  const subscription = call.connection.subscriptionTo(key.threadId);
  if (subscription === undefined) return;
  subscription.hold();
  call.afterwards(() => subscription.resume());
}
