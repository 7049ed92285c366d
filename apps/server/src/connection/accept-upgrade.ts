/** The WebSocket endpoints. Host and Origin were checked before; here the principal, and with it the tenant, is decided. */
import type { IncomingMessage } from "node:http";
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";
import { maxMessageBytes } from "@skein/protocol/message-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { Principal } from "../identity/principal.ts";
import type { Rates } from "../rate/rates.ts";
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

/** Who comes: a principal; nobody that is known; by a link, which leads nowhere; or again after so many ms. */
export type Comer = Principal | "unknown" | "nowhere" | { readonly waitMs: number };

export interface Upgrades {
  readonly connections: Connections;
  /** By the address alone, before anybody is asked who they are. */
  readonly rates: Pick<Rates, "upgrade" | "enter">;
  comerOf(request: FastifyRequest): Promise<Comer>;
  /** What a browser gets for a plain GET of the first path. */
  servePage(request: FastifyRequest, reply: FastifyReply): unknown;
}

type Verdict =
  | { readonly type: "accepted"; readonly principal: Principal }
  | { readonly type: "unknown" }
  /** What a client that is no page is answered, and with what the socket of one is closed. */
  | { readonly type: "refused"; readonly status: 429 | 503; readonly retryAfterSeconds: number }
  | { readonly type: "nowhere" };

/** Worth waiting for somebody else to leave. */
const retryWhenFullSeconds = 10;

const verdicts = new WeakMap<FastifyRequest, Verdict>();

export function registerUpgrades(app: FastifyInstance, upgrades: Upgrades): void {
  const { connections, servePage } = upgrades;
  app.addHook("onResponse", async (request) => endRefused(request));
  for (const url of paths) {
    app.route({
      method: "GET",
      url,
      preValidation: async (request, reply) => {
        if (!request.ws) return;
        const verdict = await judge(upgrades, request);
        verdicts.set(request, verdict);
        if (verdict.type === "unknown") return reply.code(401).send({ error: "sign in, or send a bearer token" });
        // A page cannot read how an upgrade was refused, but with what its socket was closed.
        if (verdict.type !== "refused" || request.headers.origin !== undefined) return;
        return reply
          .code(verdict.status)
          .header("retry-after", verdict.retryAfterSeconds)
          .send({ error: closeCodes.tryAgainLater.reason, retryAfterSeconds: verdict.retryAfterSeconds });
      },
      handler: servePage,
      wsHandler: (socket, request) => {
        const verdict = verdicts.get(request);
        const origin = { address: request.ip, userAgent: request.headers["user-agent"] ?? null };
        if (verdict?.type === "accepted") connections.accept(socket, request.raw.socket, verdict.principal, origin);
        else refuse(socket, closeOf(verdict));
      },
    });
  }
}

async function judge({ rates, comerOf }: Upgrades, request: FastifyRequest): Promise<Verdict> {
  const waitMs = rates.upgrade(request.ip);
  if (waitMs > 0) return tooOften(waitMs);
  const comer = await comerOf(request);
  if (comer === "unknown" || comer === "nowhere") return { type: comer };
  if ("waitMs" in comer) return tooOften(comer.waitMs);
  const entering = rates.enter(comer, request.ip);
  if (entering.type === "full") {
    const status = entering.place === "node" ? 503 : 429;
    return { type: "refused", status, retryAfterSeconds: retryWhenFullSeconds };
  }
  // Whatever becomes of the upgrade, this ends with it.
  const { socket } = request.raw;
  if (socket.closed) entering.leave();
  else socket.once("close", entering.leave);
  return { type: "accepted", principal: comer };
}

function tooOften(waitMs: number): Verdict {
  return { type: "refused", status: 429, retryAfterSeconds: Math.ceil(waitMs / 1000) };
}

function closeOf(verdict: Verdict | undefined): CloseCode {
  switch (verdict?.type) {
    case "nowhere":
      return closeCodes.shareEnded;
    case "refused":
      return closeCodes.tryAgainLater;
    default:
      return closeCodes.internalError;
  }
}

function refuse(socket: WebSocket, { code, reason }: CloseCode): void {
  // Nothing else listens to it, and what a client does to its socket must not reach the process.
  socket.on("error", () => socket.terminate());
  socket.close(code, reason);
}

/**
 * After an upgrade was asked for, Node's server reads nothing more from the socket, so it would never learn that the
 * client has left: a refused one stayed open for ever, and the server could not stop.
 */
function endRefused({ raw }: FastifyRequest): void {
  if (isForWebSocket(raw)) raw.socket.end(() => raw.socket.destroy());
}
