/**
 * What is answered where a route fails. Requests that need the database while it is away are told to come again, which is also what
 * makes clients reconnect later. What is wrong inside is the log's, and the answer has the number by which it is found there.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import { findDatabaseFailure } from "../database/database-failure.ts";
import { describeUnavailable } from "../database/describe-unavailable.ts";

const retryAfterSeconds = "2";

export function registerErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler<Error & { readonly statusCode?: number }>(async (error, request, reply) => {
    const failure = findDatabaseFailure(error);
    if (failure?.type === "unavailable" || failure?.type === "fatal") {
      const answer = { error: describeUnavailable(failure.reason) };
      return reply.code(503).header("retry-after", retryAfterSeconds).send(answer);
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    const reference = crypto.randomUUID().slice(0, 8);
    request.log.error({ err: error, reference, route: request.routeOptions.url }, "a route failed");
    return reply.code(500).send({ error: "internal error", reference });
  });
}

/** An address that is none gets to no route, and past everything that is done for routes. */
export function answerUnreadable(error: Error, _request: unknown, reply: FastifyReply): void {
  void reply
    .code(400)
    .headers({
      "content-security-policy": "default-src 'none';script-src 'self';style-src 'self';frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    })
    .send({ error: error.message });
}
