/**
 * Coming in by a link. Its secret is in no address: pages keep it behind the `#`, and say it in a body, in `Authorization`, or, for a
 * WebSocket, where browsers let a page say something, in `Sec-WebSocket-Protocol`. So no cookie stands for it, and no other site can use
 * what a browser holds.
 */
import type { FastifyRequest } from "fastify";
import type { Sql } from "../database/pools.ts";
import type { Principal } from "../identity/principal.ts";
import { resolveShareLink, type SharedThread, shareTokenPrefix } from "../identity/share-links.ts";

const protocolPrefix = "skein.share.";
const nobody = "00000000-0000-0000-0000-000000000000";

/** null: the request says no link's secret. */
export function shareTokenOf({ headers }: Pick<FastifyRequest, "headers">): string | null {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer?.startsWith(shareTokenPrefix)) return bearer;
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(protocolPrefix))?.slice(protocolPrefix.length) ?? null;
}

/** Who sees the thread by the link; `person`: who is signed in besides. null: the link leads nowhere. */
export async function resolveViewer(app: Sql, token: string, person: Principal | null): Promise<Principal | null> {
  const shared = await resolveShareLink(app, token, false);
  return shared === null ? null : viewerOf(shared, person);
}

function viewerOf({ tenantId, share }: SharedThread, person: Principal | null): Principal {
  const signedIn = person?.via.type === "session" ? { ...person, sessionId: person.via.sessionId } : null;
  return {
    tenantId,
    userId: signedIn?.userId ?? nobody,
    name: signedIn?.name ?? "",
    role: "viewer",
    via: {
      ...{ type: "shareLink", share },
      person:
        signedIn === null ? null : { tenantId: signedIn.tenantId, role: signedIn.role, sessionId: signedIn.sessionId },
    },
  };
}
