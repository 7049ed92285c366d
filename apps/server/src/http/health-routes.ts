/** For whoever watches the process: alive, ready, and what isolates commands. */
import type { Isolation } from "@skein/core/ports";
import type { FastifyInstance } from "fastify";
import type { Sql } from "../database/pools.ts";
import { skeinVersion } from "../version.ts";

export interface Health {
  readonly app: Sql;
  readonly isolation: Isolation;
  /** What keeps this machine from sandboxing; null when nothing does. */
  readonly obstacle: string | null;
  isStopping(): boolean;
}

export function registerHealthRoutes(app: FastifyInstance, health: Health): void {
  const { isolation, obstacle } = health;
  app.get("/healthz", () => ({
    status: "ok",
    version: skeinVersion,
    isolation,
    ...(obstacle === null ? {} : { obstacle }),
  }));
  app.get("/readyz", async (_request, reply) => {
    if (health.isStopping()) return reply.code(503).send({ status: "stopping" });
    try {
      await health.app`select 1`;
      return { status: "ready" };
    } catch {
      return reply.code(503).send({ status: "the database does not answer" });
    }
  });
}
