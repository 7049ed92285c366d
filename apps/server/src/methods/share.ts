/** Links by which people who are no members see a thread. */
import { errors } from "@skein/protocol/errors";
import type { ShareLink as WireShareLink } from "@skein/protocol/methods/share";
import { auditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import { createShareLink, listShareLinks, revokeShareLink, type ShareLink } from "../identity/share-links.ts";
import { readTurnBorder } from "../log/read-view.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { presentTurnsPage } from "../thread/present-pages.ts";
import { type ViewRange, viewTurnsPage, withinRange } from "../thread/view-pages.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";
import { pageRequest } from "./thread-read.ts";
import { findThread, keyOf } from "./thread-services.ts";
import { redactionRules, type ViewServices } from "./viewer/view-services.ts";

type Methods = "skein/share/create" | "skein/share/list" | "skein/share/revoke" | "skein/share/preview";

export interface ShareServices extends ViewServices {
  /** Without accounts nobody could prompt by a link. */
  readonly accounts: boolean;
  /** Whoever has the link open, at any node, sees it end. */
  shareEnded(linkId: string): void;
}

const defaultTurns = 10;
const maxTurns = 50;

export function shareHandlers(services: ShareServices): Handlers<Methods> {
  const { withTenant, directory } = services;
  return {
    "skein/share/create": async ({ threadId, title, level = "read", expiresAt = null, ...asked }, call) => {
      const { principal, connection } = call;
      const key = keyOf(principal, threadId);
      const thread = await findThread(services, key, errors.threadNotFound);
      if (thread.ephemeral) refuse(errors.ephemeralUnsupported("skein/share/create"));
      if (level !== "read" && !services.accounts) refuse(errors.unsupported(`a link to ${level} by, without accounts`));
      if (expiresAt !== null && expiresAt <= services.clock.now())
        refuse(errors.invalidParams("Invalid request: expiresAt is past"));
      const { token, link } = await withTenant(key.tenantId, async (sql) => {
        const range = await rangeOf(sql, key, asked);
        const terms = { threadId: key.threadId, title: title.trim(), level, expiresAtMs: expiresAt, ...range };
        const made = await createShareLink(sql, principal, terms);
        const details = { access: level, expiresAt, live: range.frozenAtSeq === null };
        const { id: subject } = made.link;
        await record(sql, auditBy(principal, connection.origin), {
          ...{ action: "share.created", threadId: key.threadId, subject, details },
        });
        return made;
      });
      // Behind the #, so that no server and no proxy on the way writes it into a log, and no page it leads to is told of it.
      return { link: presentLink(link), path: `/shared#${token}` };
    },

    "skein/share/list": async ({ threadId }, { principal }) => {
      const key = keyOf(principal, threadId);
      await findThread(services, key, errors.threadNotFound);
      return { data: (await listShareLinks(withTenant, key.tenantId, key.threadId)).map(presentLink) };
    },

    "skein/share/revoke": async ({ threadId, linkId }, { principal, connection, afterwards }) => {
      const key = keyOf(principal, threadId);
      await findThread(services, key, errors.threadNotFound);
      const revoked = await withTenant(key.tenantId, async (sql) => {
        if (!(await revokeShareLink(sql, key.threadId, linkId))) return false;
        const line = { action: "share.revoked", threadId: key.threadId, subject: linkId, details: {} } as const;
        await record(sql, auditBy(principal, connection.origin), line);
        return true;
      });
      if (!revoked) refuse(errors.shareLinkNotFound());
      afterwards(() => services.shareEnded(linkId));
      return {};
    },

    "skein/share/preview": async ({ threadId, cursor, limit, ...asked }, { principal }) => {
      const key = keyOf(principal, threadId);
      const thread = await findThread(services, key, errors.threadNotFound);
      const rules = await redactionRules(services, key.tenantId, thread);
      const range = await withTenant(key.tenantId, (sql) => rangeOf(sql, key, asked));
      const request = pageRequest({ cursor, limit }, { direction: "desc", limit: defaultTurns, maxLimit: maxTurns });
      const page = await directory.turns(key, { ...request, items: "all", ...withinRange(range) });
      if (page === null) return refuse(errors.threadNotFound(key.threadId));
      return presentTurnsPage(await viewTurnsPage(page, range, rules), "full", { replay: true });
    },
  };
}

async function rangeOf(
  sql: Transaction,
  { threadId }: ThreadKey,
  {
    withHistory = true,
    isLive = true,
  }: { readonly withHistory?: boolean | undefined; readonly isLive?: boolean | undefined },
): Promise<ViewRange> {
  if (!withHistory && !isLive)
    refuse(errors.invalidParams("Invalid request: neither what was nor what comes would be shown"));
  const border = withHistory && isLive ? 0 : await readTurnBorder(sql, threadId);
  if (border === null) return refuse(errors.threadNotFound(threadId));
  return { fromSeq: withHistory ? 0 : border, frozenAtSeq: isLive ? null : border };
}

export function presentLink({ fromSeq, frozenAtSeq, createdAtMs, expiresAtMs, ...link }: ShareLink): WireShareLink {
  const { id, threadId, title, level, createdBy, opens } = link;
  return {
    ...{ id, threadId, title, level, createdBy, opens },
    ...{ withHistory: fromSeq === 0, isLive: frozenAtSeq === null },
    ...{ createdAt: createdAtMs, expiresAt: expiresAtMs },
  };
}
