/** The WebSocket endpoints. Host and Origin were checked before; here the principal, and with it the tenant, is decided. */
import type { IncomingMessage } from "node:http";
import { closeCodes } from "@skein/protocol/close-codes";
import { maxMessageBytes } from "@skein/protocol/message-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { Principal } from "../identity/principal.ts";
import type { Connections } from "./connections.ts";

/** The stock terminal client can only use the first. */
const paths = ["/", "/ws"];

/** For the WebSocket plugin, which is registered before the routes. `closeTimeout` is missing from the types of ws. */
export const socketOptions = {
  maxPayload: maxMessageBytes,
  perMessageDeflate: false,
  /** How long, in ms, a closed socket waits for the other side: a stop waits as long for clients that are gone. */
  closeTimeout: 2_000,
};

/** For the plugin. What a client does to the protocol or the network to its socket is nothing for the log: anybody could fill it. */
export function endBroken(error: Error & { readonly code?: string }, socket: WebSocket, request: FastifyRequest): void {
  const { code } = error;
  if (code === undefined) request.log.error({ err: error }, "a connection could not be served");
  else request.log.debug({ code, ip: request.ip }, "a connection broke off");
  socket.terminate();
}

/** For Node's server: who offers another protocol (some clients offer HTTP/2 with every request) is served without it. */
export function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

export interface Upgrades {
  readonly connections: Connections;
  principalOf(request: FastifyRequest): Promise<Principal | null>;
  /** null: the request comes by no link. Who comes by one that leads nowhere is let in to be told so. */
  viewerOf(request: FastifyRequest): Promise<Principal | "nowhere"> | null;
  /** What a browser gets for a plain GET of the first path. */
  servePage(request: FastifyRequest, reply: FastifyReply): unknown;
}

const principals = new WeakMap<FastifyRequest, Principal | "nowhere">();

export function registerUpgrades(app: FastifyInstance, upgrades: Upgrades): void {
  const { connections, principalOf, viewerOf, servePage } = upgrades;
  app.addHook("onResponse", async (request) => endRefused(request));
  for (const url of paths) {
    app.route({
      method: "GET",
      url,
      preValidation: async (request, reply) => {
        if (!request.ws) return;
        const principal = await (viewerOf(request) ?? principalOf(request));
        if (principal === null) return reply.code(401).send({ error: "sign in, or send a bearer token" });
        principals.set(request, principal);
      },
      handler: servePage,
      wsHandler: (socket, request) => {
        const principal = principals.get(request);
        const { internalError, shareEnded } = closeCodes;
        const origin = { address: request.ip, userAgent: request.headers["user-agent"] ?? null };
        if (principal === undefined) socket.close(internalError.code);
        // A page cannot read how an upgrade was refused.
        else if (principal === "nowhere") socket.close(shareEnded.code, shareEnded.reason);
        else connections.accept(socket, request.raw.socket, principal, origin);
      },
    });
  }
}

/**
 * After an upgrade was asked for, Node's server reads nothing more from the socket, so it would never learn that the
 * client has left: a refused one stayed open for ever, and the server could not stop.
 */
function endRefused({ raw }: FastifyRequest): void {
  if (isForWebSocket(raw)) raw.socket.end(() => raw.socket.destroy());
}
