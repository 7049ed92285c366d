/** Who a browser is signed in as, and how it signs out. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Database } from "../database/database.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { revokeSession } from "../identity/sessions.ts";
import { originOf } from "./account-door.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { clearSessionCookie } from "./browser-cookies.ts";

export interface SessionRoutes {
  readonly database: Pick<Database, "withTenant">;
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  /** Whether people have accounts. */
  readonly accounts: boolean;
  /** Ends what is open under the session. */
  signedOut(sessionId: string): void;
}

export function registerSessionRoutes(app: FastifyInstance, routes: SessionRoutes): void {
  const { database, authenticate, address, accounts } = routes;

  app.get("/api/session", async (request, reply) => {
    const principal = await authenticate(credentialsOf(request, address()));
    reply.header("cache-control", "no-store");
    if (principal === null) return reply.code(401).send({ error: "signed out" });
    const { name, role, tenantId, userId } = principal;
    return { name, role, tenantId, userId, accounts };
  });

  app.post("/api/sign-out", async (request, reply) => {
    const principal = await authenticate(credentialsOf(request, address()));
    if (principal?.via.type === "session") {
      await revokeSession(database.withTenant, principal, principal.via.sessionId, originOf(request));
      routes.signedOut(principal.via.sessionId);
    }
    clearSessionCookie(reply, address());
    return reply.code(204).send();
  });
}

export function credentialsOf(request: FastifyRequest, { cookieName }: PublicAddress) {
  return { sessionToken: request.cookies[cookieName], authorization: request.headers.authorization };
}
