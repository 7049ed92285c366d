/** Requests by HTTP, by the address that they come from. Upgrades to WebSocket are counted where they are served. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { probePaths } from "./check-request.ts";

/** `tooOften`: ms after which the address may come again; 0: it may now. */
export function registerRequestLimit(app: FastifyInstance, tooOften: (ip: string) => number): void {
  app.addHook("onRequest", async (request, reply) => {
    if (request.ws || probePaths.has(request.url)) return;
    const waitMs = tooOften(request.ip);
    if (waitMs > 0) return sendTooOften(reply, waitMs);
  });
}

/** Says when it is worth coming again. */
export function sendTooOften(reply: FastifyReply, waitMs: number): FastifyReply {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return reply.code(429).header("retry-after", retryAfterSeconds).send({ error: "tooOften", retryAfterSeconds });
}
