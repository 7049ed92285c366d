/** What the page of a link is told before it connects. The secret comes in the body: an address is written into logs and histories. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Database } from "../database/database.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { resolveShareLink } from "../identity/share-links.ts";
import type { Rates } from "../rate/rates.ts";
import { readBody } from "./account-door.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { sendTooOften } from "./limit-requests.ts";
import { openLink } from "./open-link.ts";
import { credentialsOf } from "./session-routes.ts";

export interface ShareRoutes {
  readonly database: Pick<Database, "app">;
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  readonly rates: Rates;
}

const bodySchema = z.object({ token: z.string().min(1).max(200) });

export function registerShareRoutes(app: FastifyInstance, routes: ShareRoutes): void {
  const { database, authenticate, address, rates } = routes;
  app.post("/api/share", async (request, reply) => {
    reply.header("cache-control", "no-store");
    const body = readBody(bodySchema, request, reply);
    if (body === null) return reply;
    const opened = await openLink(rates, request.ip, async () => {
      const shared = await resolveShareLink(database.app, body.token, true);
      return shared === null ? null : { shared, linkId: shared.share.linkId };
    });
    if (opened.type === "tooOften") return sendTooOften(reply, opened.waitMs);
    if (opened.type === "nowhere") return reply.code(404).send({ error: "shareLinkNotFound" });
    const { shared } = opened.link;
    const person = await authenticate(credentialsOf(request, address()));
    const { share, sharedBy, createdAtMs, expiresAtMs } = shared;
    return {
      ...{ threadId: share.threadId, title: share.title, level: share.level, sharedBy },
      ...{ withHistory: share.fromSeq === 0, isLive: share.frozenAtSeq === null },
      ...{ createdAt: createdAtMs, expiresAt: expiresAtMs, signedInAs: person?.name ?? null },
    };
  });

  // Nobody's list of pages has a place for these.
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/shared") || request.url.startsWith("/api/share")) {
      void reply.header("x-robots-tag", "noindex, nofollow, noarchive");
    }
  });
}
