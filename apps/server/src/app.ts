/**
 * The composition root. A message walks connection → router → handler → thread host → event log, and its events walk
 * subscriptions → connections; this file and the `compose-` files beside it, which alone see everything, tie the parts
 * together and take them apart again, in the reverse order.
 */
import type { FastifyBaseLogger } from "fastify";
import { openDoors } from "./compose-doors.ts";
import { openFoundation, type Substitutes } from "./compose-foundation.ts";
import { type ConsoleLink, makeConsoleLink } from "./compose-identity.ts";
import { openHttp, serve } from "./compose-serving.ts";
import { openThreads } from "./compose-threads.ts";
import { openWorkspaceWork } from "./compose-workspaces.ts";
import type { Config } from "./config.ts";
import type { PublicAddress } from "./http/allowed-origin.ts";
import { listRoutes } from "./http/list-routes.ts";
import { ensureLocalUser } from "./identity/local-user.ts";
import { type Undo, undoAll } from "./undo.ts";

export interface App {
  /** Where it answers, and what people type. */
  readonly address: PublicAddress;
  /** What it answers by HTTP. */
  readonly routes: readonly string[];
  /** For the console: a link that signs the local user in, or by which the first owner makes an account. */
  consoleLink(): Promise<ConsoleLink>;
  /** Resolves with the reason when this process must end. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

const localUserName = "Local user";

export async function openApp(config: Config, log: FastifyBaseLogger, substitutes: Substitutes = {}): Promise<App> {
  const undo: Undo = [];
  try {
    return await open(config, log, substitutes, undo);
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

async function open(config: Config, log: FastifyBaseLogger, substitutes: Substitutes, undo: Undo): Promise<App> {
  const failed = Promise.withResolvers<string>();
  const foundation = await openFoundation(config, log, substitutes, failed.resolve, undo);
  const { database } = foundation;
  const http = openHttp(config, log, undo);
  const routes = listRoutes(http);
  const localUser = { ...(await ensureLocalUser(database.app, localUserName)), name: localUserName };
  const threads = await openThreads(config, foundation, substitutes, localUser, undo);
  const workspaceWork = openWorkspaceWork(config, foundation, threads, undo);
  const node = { ...foundation, config, threads, workspaceWork, localUser };
  const doors = openDoors(node, undo);
  const address = await serve(http, node, doors, undo);
  return {
    address,
    routes,
    consoleLink: () => makeConsoleLink(node, address, null),
    failed: failed.promise,
    stop: () => undoAll(undo),
  };
}
