/** The audit log as a file, for owners. */
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { auditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import { streamExport } from "../audit/stream-export.ts";
import { exportWriters } from "../audit/write-export.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { mayInTenant } from "../identity/authorise.ts";
import type { Rates } from "../rate/rates.ts";
import { originOf } from "./account-door.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { sendTooOften } from "./limit-requests.ts";
import { credentialsOf } from "./session-routes.ts";

export interface AuditRoutes {
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  readonly withTenant: WithTenant;
  readonly rates: Pick<Rates, "file">;
}

const querySchema = z.object({
  format: z.enum(["csv", "jsonl"]),
  since: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
  actorId: z.guid().optional(),
  threadId: z.guid().optional(),
  /** Joined by commas. */
  actions: z
    .string()
    .max(4_000)
    .transform((names) => names.split(","))
    .optional(),
});

export function registerAuditRoutes(app: FastifyInstance, routes: AuditRoutes): void {
  const { authenticate, address, withTenant, rates } = routes;
  app.get("/api/audit/export", async (request, reply) => {
    reply.header("cache-control", "no-store");
    const principal = await authenticate(credentialsOf(request, address()));
    if (principal === null) return reply.code(401).send({ error: "signed out" });
    if (!mayInTenant(principal, "administer")) return reply.code(403).send({ error: "ownersOnly" });
    const waitMs = rates.file(principal);
    if (waitMs > 0) return sendTooOften(reply, waitMs);
    const query = querySchema.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ error: "invalid", field: query.error.issues[0]?.path.join(".") });
    const { format, ...filter } = query.data;
    const { tenantId } = principal;
    await withTenant(tenantId, (sql) =>
      record(sql, auditBy(principal, originOf(request)), { action: "audit.exported", details: { format } }),
    );
    reply
      .type(exportWriters[format].mediaType)
      .header("content-disposition", `attachment; filename="activity.${format}"`);
    return reply.send(Readable.from(streamExport(withTenant, tenantId, filter, format), { highWaterMark: 1 }));
  });
}
