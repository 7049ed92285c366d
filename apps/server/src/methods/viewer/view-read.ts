/** Reading a shared thread. */
import { errors } from "@skein/protocol/errors";
import { presentItemsPage, presentTurnsPage } from "../../thread/present-pages.ts";
import { viewItemsPage, viewTurnsPage, withinRange } from "../../thread/view-pages.ts";
import type { Handler } from "../handler.ts";
import { refuse } from "../request-error.ts";
import { holdWhileReading, pageRequest } from "../thread-read.ts";
import type { ViewServices } from "./view-services.ts";
import { findViewed, positionOf, presentViewed } from "./viewed-thread.ts";

type Methods = "thread/read" | "thread/turns/list" | "thread/items/list" | "thread/unsubscribe";

/** A page is one message; more is asked for in more pages. */
const maxTurns = 200;
const maxItems = 1000;
/** A viewer is shown open items with their text so far; what follows has its seq. */
export const viewReader = { replay: true };

export function readHandlers(services: ViewServices): { readonly [M in Methods]: Handler<M> } {
  const { directory } = services;
  return {
    "thread/read": async ({ threadId, includeTurns }, call) => {
      const viewed = await findViewed(services, call, threadId, errors.threadNotLoaded);
      const { key, share, terms, record } = viewed;
      holdWhileReading(call, key);
      const request = { from: null, direction: "desc", limit: maxTurns, items: "all", ...withinRange(share) } as const;
      const page = includeTurns === true ? await directory.turns(key, request) : null;
      const seen = page === null ? null : await viewTurnsPage(page, share, terms.rules);
      const turns = seen === null ? [] : presentTurnsPage(seen, "full", viewReader).data.toReversed();
      const { headSeq: asOf } = seen ?? positionOf(viewed, record.headSeq);
      return { thread: presentViewed(services, viewed, turns), readState: null, asOf };
    },

    "thread/turns/list": async ({ threadId, itemsView, ...params }, call) => {
      const { key, share, terms } = await findViewed(services, call, threadId, errors.threadNotFound);
      holdWhileReading(call, key);
      const view = itemsView ?? "summary";
      const request = pageRequest(params, { direction: "desc", limit: 25, maxLimit: maxTurns });
      const items = view === "full" ? "all" : view === "summary" ? "summary" : "none";
      const page = await directory.turns(key, { ...request, items, ...withinRange(share) });
      if (page === null) return refuse(errors.threadNotFound(key.threadId));
      return presentTurnsPage(await viewTurnsPage(page, share, terms.rules), view, viewReader);
    },

    "thread/items/list": async ({ threadId, turnId, cursor, ...params }, call) => {
      if (cursor !== null && typeof cursor === "object") refuse(errors.unsupported("a cursor that names an item"));
      const { key, share, terms } = await findViewed(services, call, threadId, errors.threadNotFound);
      holdWhileReading(call, key);
      const request = pageRequest({ ...params, cursor }, { direction: "asc", limit: 100, maxLimit: maxItems });
      const ofTurn = turnId === null || turnId === undefined ? {} : { turnId };
      const page = await directory.items(key, { ...request, ...ofTurn, ...withinRange(share) });
      if (page === null) return refuse(errors.threadNotFound(key.threadId));
      return presentItemsPage(await viewItemsPage(page, share, terms.rules), viewReader);
    },

    "thread/unsubscribe": async ({ threadId }, call) => {
      const { key } = await findViewed(services, call, threadId, errors.threadNotFound);
      return { status: call.connection.unfollow(key.threadId) ? "unsubscribed" : "notSubscribed" };
    },
  };
}
