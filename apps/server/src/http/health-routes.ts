/** For whoever watches the process: alive, ready, and what isolates commands. */
import type { HostFacts } from "@skein/executor/host/runner-host";
import type { FastifyInstance } from "fastify";
import type { BusState } from "../bus/bus.ts";
import { describeUnavailable } from "../database/describe-unavailable.ts";
import type { DatabaseStatus } from "../database/evolve-availability.ts";
import { skeinVersion } from "../version.ts";
import type { IsOperator } from "./operator-access.ts";

export interface Health {
  database(): DatabaseStatus;
  bus(): BusState;
  /** Of the machine where workspaces are made. `obstacle`: what keeps it from sandboxing; null when nothing does. */
  facts(): Pick<HostFacts, "isolation" | "obstacle"> & { readonly limits: HostFacts["limits"] | null };
  isStopping(): boolean;
}

/** Strangers learn that it lives and whether it serves; the rest is the operator's. */
export function registerHealthRoutes(app: FastifyInstance, health: Health, isOperator: IsOperator): void {
  app.get("/healthz", (request) => {
    if (!isOperator(request)) return { status: "ok" };
    const { isolation, obstacle, limits } = health.facts();
    return {
      ...{ status: "ok", version: skeinVersion, isolation },
      ...(obstacle === null ? {} : { obstacle }),
      ...(limits === null ? {} : { limits: limits.level }),
      ...(limits?.obstacle == null ? {} : { limitsObstacle: limits.obstacle }),
    };
  });
  app.get("/readyz", (request, reply) => {
    if (health.isStopping()) return reply.code(503).send({ status: "stopping" });
    const database = health.database();
    // A node off the bus serves its clients: what others commit reaches them through the log.
    const bus = health.bus();
    const offBus =
      bus.type === "disconnected" && isOperator(request) ? { bus: `other nodes cannot be reached: ${bus.why}` } : {};
    if (database.state === "available") return { status: "ready", ...offBus };
    return reply.code(503).send({ status: describeUnavailable(database.reason), reason: database.reason });
  });
}
