/** Without accounts: the one user signs in by a link that the server prints. */
import type { FastifyInstance } from "fastify";
import { sessionSeconds } from "../identity/new-session.ts";
import { redeemSignInLink } from "../identity/sign-in-link.ts";
import { type AccountDoor, originOf } from "./account-door.ts";
import { setSessionCookie } from "./browser-cookies.ts";
import { linkRefusedPage } from "./link-refused-page.ts";

export function registerSignInLinkRoutes(app: FastifyInstance, { database, address }: AccountDoor): void {
  app.get("/api/sign-in", async (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { accounts: false, firstOwner: false, provider: null };
  });

  app.get<{ Querystring: { token?: string } }>("/sign-in", async (request, reply) => {
    const redemption = await redeemSignInLink(database.app, request.query.token ?? "", {
      lifetimeSeconds: sessionSeconds,
      origin: originOf(request),
    });
    if (redemption.outcome !== "redeemed") {
      request.log.info({ outcome: redemption.outcome }, "a sign-in link was refused");
      return reply.code(403).type("text/html").header("cache-control", "no-store").send(linkRefusedPage);
    }
    setSessionCookie(reply, address(), redemption.session.token);
    // The address with the token leaves the history.
    return reply.header("cache-control", "no-store").redirect("/", 303);
  });
}
