/** "Continue as my own copy": a thread of one's own, made of what a link shows. */
import { errors } from "@skein/protocol/errors";
import type { Sql } from "../database/pools.ts";
import type { Principal } from "../identity/principal.ts";
import { resolveShareLink } from "../identity/share-links.ts";
import type { NewThread } from "../log/create-thread.ts";
import { readCopyOfView } from "../thread/view-copy.ts";
import { viewedLog } from "../thread/view-source.ts";
import { actingBy } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { firstSettings } from "./thread-open.ts";
import { findThread, presentRecord } from "./thread-services.ts";
import { placeOf } from "./thread-settings.ts";
import { redactionRules, type ViewServices } from "./viewer/view-services.ts";

export interface CopyServices extends ViewServices {
  /** A pool of the role `skein_app`. */
  readonly app: Sql;
}

export function shareCopyHandlers(services: CopyServices): Handlers<"skein/share/copy"> {
  const { app, directory, manager, subscriptions } = services;
  return {
    "skein/share/copy": async ({ token }, call) => {
      const { principal, connection, afterwards } = call;
      const shared = (await resolveShareLink(app, token, false)) ?? refuse(errors.shareLinkNotFound());
      const { linkId, title } = shared.share;
      const source = { tenantId: shared.tenantId, threadId: shared.share.threadId };
      const shown = await findThread(services, source, errors.shareLinkNotFound);
      const rules = await redactionRules(services, source.tenantId, shown);
      const past = await readCopyOfView(viewedLog(directory, source), shared.share, rules);
      const thread = await newThread(services, principal, title, connection.client?.name ?? "");
      const { tenantId, userId: createdBy } = principal;
      const { id: threadId } = thread;
      const owned = await directory.createWithPast(tenantId, thread, actingBy(call), past, {
        tenantId: source.tenantId,
        // The copy and who made it are another tenant's; this one learns that what its link shows was taken along.
        by: { actor: { type: "link", linkId }, origin: connection.origin },
        line: { action: "share.copied", threadId: source.threadId, subject: linkId, details: { copyId: threadId } },
      });
      manager.adopt(owned, thread);
      const made = await findThread(services, { tenantId, threadId }, errors.threadNotFound);
      const started = { thread: presentRecord(services, made) };
      afterwards(() => subscriptions.announceToTenant({ tenantId, threadId, createdBy }, "thread/started", started));
      return { threadId };
    },
  };
}

/** It works in the caller's own workspace, by the settings of a new thread. */
async function newThread(
  services: CopyServices,
  principal: Principal,
  title: string,
  originator: string,
): Promise<NewThread> {
  const { models, clock, ids } = services;
  const place = await placeOf(services, principal, null);
  const offer = await models.offerFor(principal);
  const network = await services.allowsNetwork(principal.tenantId);
  return {
    ...{ id: ids.uuid(), createdAtMs: clock.now(), name: title, preview: title, originator },
    ...{ workspaceId: place.record.id, settings: firstSettings(offer, place.cwd, { tools: true, network }) },
    ...{ source: "appServer", threadSource: null, ephemeral: false, forkedFromId: null, createdBy: principal.userId },
  };
}
