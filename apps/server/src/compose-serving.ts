/** The HTTP server: its routes, the upgrades to WebSocket, and where it listens. */
import { join } from "node:path";
import fastifyCookie from "@fastify/cookie";
import fastifyWebsocket from "@fastify/websocket";
import { closeCodes } from "@skein/protocol/close-codes";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { countsOf, type Doors, type Node } from "./compose-doors.ts";
import { makeConsoleLink, registerIdentityRoutes, trustProxyOf } from "./compose-identity.ts";
import { registerSharingRoutes } from "./compose-sharing.ts";
import type { Config } from "./config.ts";
import { endBroken, isForWebSocket, registerUpgrades, socketOptions } from "./connection/accept-upgrade.ts";
import { removeControlFile, writeControlFile } from "./control/control-file.ts";
import type { AccountDoor } from "./http/account-door.ts";
import { deriveLocalUrl, derivePublicAddress, type PublicAddress } from "./http/allowed-origin.ts";
import { registerAuditRoutes } from "./http/audit-routes.ts";
import { registerRequestChecks } from "./http/check-request.ts";
import { registerControlRoutes } from "./http/control-routes.ts";
import { answerUnreadable, registerErrorAnswers } from "./http/error-answers.ts";
import { registerHealthRoutes } from "./http/health-routes.ts";
import { registerRequestLimit } from "./http/limit-requests.ts";
import { operatorAccess } from "./http/operator-access.ts";
import { registerOutputRoutes } from "./http/output-routes.ts";
import { registerSecurityHeaders } from "./http/security-headers.ts";
import { registerSessionRoutes } from "./http/session-routes.ts";
import { registerStaticWeb, servePage } from "./http/static-web.ts";
import { registerUploadRoutes } from "./http/upload-routes.ts";
import { authenticator } from "./identity/authenticate.ts";
import { makeSecret } from "./identity/secret.ts";
import { rightsOn } from "./methods/admit.ts";
import type { Undo } from "./undo.ts";
import { uploadWorkspace } from "./workspace/upload-workspace.ts";

const webDirectory = join(import.meta.dirname, "../../web/dist");

/** Whoever takes longer to ask, in ms, holds a socket for nothing. A WebSocket is none of it once it is open. */
const slowClients = { headersTimeout: 10_000, requestTimeout: 300_000, connectionsCheckingInterval: 2_000 };

/** Ends when everything that is opened after it has: no request waits for a stop, and no stop for a client. */
export function openHttp({ trustedProxies }: Config, log: FastifyBaseLogger, undo: Undo) {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    http: { shouldUpgradeCallback: isForWebSocket, ...slowClients },
    requestTimeout: slowClients.requestTimeout,
    frameworkErrors: answerUnreadable,
    trustProxy: trustProxyOf(trustedProxies),
  });
  // A form of another site's can send it without asking, and nobody here does.
  app.removeContentTypeParser("text/plain");
  undo.push(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return app;
}

export async function serve(app: FastifyInstance, node: Node, doors: Doors, undo: Undo): Promise<PublicAddress> {
  const { config, log } = node;
  let address = derivePublicAddress(config.publicUrl, config.port);
  let stopping = false;
  const { connections } = doors;
  const secret = makeSecret();
  await registerRoutes(app, node, doors, { address: () => address, isStopping: () => stopping, secret });
  await app.listen({ host: config.host, port: config.port });
  undo.push(() => {
    stopping = true;
    connections.closeAll(closeCodes.restarting);
    // Not waited for here: threads are handed over while clients take their time.
    app.close().catch((err: unknown) => log.error({ err }, "the HTTP server could not be closed"));
  });
  const listening = app.server.address();
  if (typeof listening === "object" && listening !== null) {
    address = derivePublicAddress(config.publicUrl, listening.port);
    const { host } = new URL(address.url);
    await writeControlFile(node.dataDirectory, { url: deriveLocalUrl(listening), host, secret });
    undo.push(() => removeControlFile(node.dataDirectory));
  }
  return address;
}

async function registerRoutes(
  app: FastifyInstance,
  node: Node,
  { connections, revocations, openExport, rates }: Doors,
  state: { address: () => PublicAddress; isStopping: () => boolean; secret: string },
): Promise<void> {
  const { database, runners, threads, localUser, config } = node;
  const authenticate = authenticator({ app: database.app, localUser, configuredToken: config.accessToken });
  // Before the checks: what is refused has them too.
  await registerSecurityHeaders(app, state.address());
  registerRequestChecks(app, state.address);
  registerErrorAnswers(app);
  await app.register(fastifyCookie);
  await app.register(fastifyWebsocket, { options: socketOptions, errorHandler: endBroken });
  // Behind the plugin, which says what is an upgrade.
  registerRequestLimit(app, (ip) => rates.http(ip));
  const isOperator = operatorAccess(state.address, config.metricsToken);
  threads.metrics.serve(app, () => countsOf(node, connections), isOperator);
  const health = {
    database: () => database.availability.status,
    bus: () => node.bus.state,
    facts: () => runners.facts,
    isStopping: state.isStopping,
  };
  registerHealthRoutes(app, health, isOperator);
  const door: Pick<AccountDoor, "address" | "signedOut" | "memberChanged"> = {
    address: state.address,
    signedOut: (sessionId) => revocations.revoked(sessionId),
    memberChanged: (member, change) => revocations.memberChanged(member, change),
  };
  registerSessionRoutes(app, { ...door, database, authenticate, accounts: config.accounts });
  registerIdentityRoutes(app, node, door);
  registerOutputRoutes(app, {
    authenticate,
    address: state.address,
    output: async (principal, threadId, itemId) => {
      const { directory } = threads;
      const rights = await rightsOn(directory.findAccess, principal, threadId);
      return rights.has("read") ? directory.output({ tenantId: principal.tenantId, threadId }, itemId) : null;
    },
  });
  registerAuditRoutes(app, { authenticate, address: state.address, withTenant: database.withTenant, rates });
  registerUploadRoutes(app, {
    authenticate,
    address: state.address,
    maxBytes: config.workspaceQuota.uploadMaxBytes,
    rates,
    receive: (principal, by, wish, body) => uploadWorkspace(node.workspaceWork.making, principal, by, wish, body),
  });
  registerControlRoutes(app, {
    secret: state.secret,
    consoleLink: (email) => makeConsoleLink(node, state.address(), email),
  });
  const sharing = { database, authenticate, address: state.address, openExport, rates };
  registerUpgrades(app, { connections, rates, ...registerSharingRoutes(app, sharing), servePage });
  await registerStaticWeb(app, webDirectory);
}
