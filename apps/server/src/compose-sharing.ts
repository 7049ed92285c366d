/** How people come to threads that are not theirs, and threads out as files: the routes of share links and of exports. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Doors } from "./compose-doors.ts";
import type { Comer } from "./connection/accept-upgrade.ts";
import type { Database } from "./database/database.ts";
import type { PublicAddress } from "./http/allowed-origin.ts";
import { registerExportRoutes } from "./http/export-routes.ts";
import { openLink } from "./http/open-link.ts";
import { credentialsOf } from "./http/session-routes.ts";
import { resolveViewer, shareTokenOf } from "./http/share-door.ts";
import { registerShareRoutes } from "./http/share-routes.ts";
import type { Authenticate } from "./identity/authenticate.ts";
import type { Rates } from "./rate/rates.ts";

export interface SharingPorts {
  readonly database: Pick<Database, "app" | "withTenant">;
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  readonly openExport: Doors["openExport"];
  readonly rates: Rates;
}

export type ComerOf = (request: FastifyRequest) => Promise<Comer>;

export function registerSharingRoutes(app: FastifyInstance, ports: SharingPorts): { readonly comerOf: ComerOf } {
  const { database, authenticate, address, openExport, rates } = ports;
  const comerOf: ComerOf = async (request) => {
    const token = shareTokenOf(request);
    if (token === null) return (await authenticate(credentialsOf(request, address()))) ?? "unknown";
    // Who is signed in besides is known by the cookie; the header is the link's.
    const { sessionToken } = credentialsOf(request, address());
    const opened = await openLink(rates, request.ip, async () => {
      const person = await authenticate({ sessionToken, authorization: undefined });
      const viewer = await resolveViewer(database.app, token, person);
      return viewer?.via.type === "shareLink" ? { viewer, linkId: viewer.via.share.linkId } : null;
    });
    if (opened.type === "found") return opened.link.viewer;
    return opened.type === "tooOften" ? { waitMs: opened.waitMs } : "nowhere";
  };
  registerShareRoutes(app, { database, authenticate, address, rates });
  registerExportRoutes(app, { comerOf, openExport, withTenant: database.withTenant, rates });
  return { comerOf };
}
