/** Requests that need the database while it is away are told to come again, which is also what makes clients reconnect later. */
import type { FastifyInstance } from "fastify";
import { findDatabaseFailure } from "../database/database-failure.ts";
import { describeUnavailable } from "../database/describe-unavailable.ts";

const retryAfterSeconds = "2";

export function registerDatabaseErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, _request, reply) => {
    const failure = findDatabaseFailure(error);
    if (failure?.type !== "unavailable" && failure?.type !== "fatal") throw error;
    await reply
      .code(503)
      .header("retry-after", retryAfterSeconds)
      .send({ error: describeUnavailable(failure.reason) });
  });
}
