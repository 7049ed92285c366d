/** A thread as a file: for members, and for viewers of a link. It is written as it is read, however long the thread is. */
import { Readable } from "node:stream";
import { parseThreadId } from "@skein/protocol/thread-id";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { auditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Principal } from "../identity/principal.ts";
import type { ThreadExport } from "../methods/viewer/open-export.ts";
import type { Rates } from "../rate/rates.ts";
import type { ExportFormat } from "../thread/export/export-format.ts";
import { exportFormats, isExportFormat } from "../thread/export/formats.ts";
import { originOf } from "./account-door.ts";
import { sendTooOften } from "./limit-requests.ts";

export interface ExportRoutes {
  /** By a session, a token or a link. */
  comerOf(request: FastifyRequest): Promise<Principal | "unknown" | "nowhere" | { readonly waitMs: number }>;
  /** null: there is no such thread that the principal may read. */
  openExport(principal: Principal, threadId: string, redacted: boolean): Promise<ThreadExport | null>;
  readonly withTenant: WithTenant;
  readonly rates: Pick<Rates, "file">;
}

const querySchema = z.object({
  format: z.string().refine(isExportFormat, "must be markdown, html or json"),
  /** Members may have it all. */
  redacted: z.enum(["yes", "no"]).default("yes"),
});

export function registerExportRoutes(
  app: FastifyInstance,
  { comerOf, openExport, withTenant, rates }: ExportRoutes,
): void {
  app.get<{ Params: { threadId: string } }>("/threads/:threadId/export", async (request, reply) => {
    reply.header("cache-control", "no-store");
    const principal = await comerOf(request);
    if (principal === "unknown" || principal === "nowhere") return reply.code(401).send({ error: "signed out" });
    if ("waitMs" in principal) return sendTooOften(reply, principal.waitMs);
    const waitMs = rates.file(principal);
    if (waitMs > 0) return sendTooOften(reply, waitMs);
    const query = querySchema.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ error: "invalid", field: query.error.issues[0]?.path.join(".") });
    const { format: name, redacted } = query.data;
    if (!isExportFormat(name)) return reply.code(400).send({ error: "invalid", field: "format" });
    const parsed = parseThreadId(request.params.threadId);
    const opened = parsed.ok ? await openExport(principal, parsed.threadId, redacted === "yes") : null;
    if (!parsed.ok || opened === null) return reply.code(404).send({ error: "not found" });
    const line = { action: "thread.exported", threadId: parsed.threadId, details: { format: name } } as const;
    await withTenant(principal.tenantId, (sql) => record(sql, auditBy(principal, originOf(request)), line));
    const format = exportFormats[name];
    reply
      .type(format.contentType)
      .header("content-disposition", `attachment; filename="${fileName(opened.title)}.${format.extension}"`);
    return reply.send(Readable.from(write(format, opened), { highWaterMark: 1 }));
  });
}

async function* write(format: ExportFormat, { title, redacted, turns }: ThreadExport): AsyncIterable<string> {
  yield format.begin({ title, redacted, exportedAtMs: Date.now() });
  let index = 0;
  for await (const turn of turns) yield format.turn(turn, index++);
  const end = format.end();
  if (end !== "") yield end;
}

/** Of letters that every system and every header can hold. */
function fileName(title: string): string {
  const name = title
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "thread" : name.slice(0, 80);
}
