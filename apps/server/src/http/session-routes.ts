/** Signing a browser in and out. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Database } from "../database/database.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { revokeSession } from "../identity/sessions.ts";
import { redeemSignInLink } from "../identity/sign-in-link.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { linkRefusedPage } from "./link-refused-page.ts";

const sessionSeconds = 60 * 24 * 60 * 60;

export interface SessionRoutes {
  readonly database: Pick<Database, "app" | "withTenant">;
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  /** Ends what is open under the session. */
  signedOut(sessionId: string): void;
}

export function registerSessionRoutes(app: FastifyInstance, routes: SessionRoutes): void {
  const { database, authenticate, address } = routes;

  app.get<{ Querystring: { token?: string } }>("/sign-in", async (request, reply) => {
    const redemption = await redeemSignInLink(database.app, request.query.token ?? "", {
      lifetimeSeconds: sessionSeconds,
      userAgent: request.headers["user-agent"] ?? null,
    });
    if (redemption.outcome !== "redeemed") {
      request.log.info({ outcome: redemption.outcome }, "a sign-in link was refused");
      return reply.code(403).type("text/html").header("cache-control", "no-store").send(linkRefusedPage);
    }
    const { cookieName, secure } = address();
    reply.setCookie(cookieName, redemption.session.token, {
      httpOnly: true,
      sameSite: "lax",
      secure,
      path: "/",
      maxAge: sessionSeconds,
    });
    // The address with the token leaves the history.
    return reply.header("cache-control", "no-store").redirect("/", 303);
  });

  app.get("/api/session", async (request, reply) => {
    const principal = await authenticate(credentialsOf(request, address()));
    reply.header("cache-control", "no-store");
    if (principal === null) return reply.code(401).send({ error: "signed out" });
    const { name, role, tenantId, userId } = principal;
    return { name, role, tenantId, userId };
  });

  app.post("/api/sign-out", async (request, reply) => {
    const principal = await authenticate(credentialsOf(request, address()));
    if (principal?.via.type === "session") {
      await revokeSession(database.withTenant, principal, principal.via.sessionId);
      routes.signedOut(principal.via.sessionId);
    }
    return reply.clearCookie(address().cookieName, { path: "/" }).code(204).send();
  });
}

export function credentialsOf(request: FastifyRequest, { cookieName }: PublicAddress) {
  return { sessionToken: request.cookies[cookieName], authorization: request.headers.authorization };
}
