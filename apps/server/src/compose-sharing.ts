/** How people come to threads that are not theirs, and threads out as files: the routes of share links and of exports. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Doors } from "./compose-doors.ts";
import type { Database } from "./database/database.ts";
import type { PublicAddress } from "./http/allowed-origin.ts";
import { registerExportRoutes } from "./http/export-routes.ts";
import { credentialsOf } from "./http/session-routes.ts";
import { resolveViewer, shareTokenOf } from "./http/share-door.ts";
import { registerShareRoutes } from "./http/share-routes.ts";
import type { Authenticate } from "./identity/authenticate.ts";
import type { Principal } from "./identity/principal.ts";

export interface SharingPorts {
  readonly database: Pick<Database, "app" | "withTenant">;
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  readonly openExport: Doors["openExport"];
}

/** null: the request comes by no link. */
export type ViewerOf = (request: FastifyRequest) => Promise<Principal | "nowhere"> | null;

export function registerSharingRoutes(app: FastifyInstance, ports: SharingPorts): { readonly viewerOf: ViewerOf } {
  const { database, authenticate, address, openExport } = ports;
  const viewerOf: ViewerOf = (request) => {
    const token = shareTokenOf(request);
    if (token === null) return null;
    // Who is signed in besides is known by the cookie; the header is the link's.
    const { sessionToken } = credentialsOf(request, address());
    const person = authenticate({ sessionToken, authorization: undefined });
    return person.then(async (signedIn) => (await resolveViewer(database.app, token, signedIn)) ?? "nowhere");
  };
  registerShareRoutes(app, { database, authenticate, address });
  registerExportRoutes(app, {
    principalOf: async (request) => {
      const viewer = await viewerOf(request);
      if (viewer !== null) return viewer === "nowhere" ? null : viewer;
      return authenticate(credentialsOf(request, address()));
    },
    openExport,
    withTenant: database.withTenant,
  });
  return { viewerOf };
}
