/** Archives that become workspaces, streamed as they come. What becomes of one is told over the socket and in the list. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type AuditBy, auditBy } from "../audit/actor.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { mayInTenant } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import type { Rates } from "../rate/rates.ts";
import type { ArchiveBody } from "../workspace/receive-archive.ts";
import type { RefusedBecause, UploadOutcome, WorkspaceWish } from "../workspace/upload-workspace.ts";
import { originOf } from "./account-door.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { sendTooOften } from "./limit-requests.ts";
import { credentialsOf } from "./session-routes.ts";

const statuses = { name: 400, exists: 409, archive: 422, runner: 503, room: 507 } as const satisfies Record<
  RefusedBecause,
  number
>;

export interface UploadRoutes {
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  readonly maxBytes: number;
  readonly rates: Pick<Rates, "file">;
  receive(principal: Principal, by: AuditBy, wish: WorkspaceWish, body: ArchiveBody): Promise<UploadOutcome>;
}

const maxFileNameChars = 200;
const dropRestMs = 10_000;

export function registerUploadRoutes(app: FastifyInstance, routes: UploadRoutes): void {
  void app.register(async (scope) => {
    // Not read here: an archive may be larger than the memory of this machine.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    scope.post<{ Querystring: { name?: string; file?: string } }>("/api/workspaces", (request, reply) =>
      answer(routes, request, reply),
    );
  });
}

async function answer(
  { authenticate, address, maxBytes, rates, receive }: UploadRoutes,
  request: FastifyRequest<{ Querystring: { name?: string; file?: string } }>,
  reply: FastifyReply,
) {
  reply.header("cache-control", "no-store");
  const principal = await authenticate(credentialsOf(request, address()));
  if (principal === null) return reply.code(401).send({ error: "signed out" });
  if (!mayInTenant(principal, "begin")) return reply.code(403).send({ error: "not for your role or this token" });
  const waitMs = rates.file(principal);
  if (waitMs > 0) return sendTooOften(reply.header("connection", "close"), waitMs);
  const { name = "", file = "" } = request.query;
  const declared = request.headers["content-length"];
  const totalBytes = declared === undefined ? null : Number(declared);
  if (totalBytes !== null && totalBytes > maxBytes) {
    return reply.code(413).send({ error: `an archive may have ${maxBytes} bytes` });
  }
  const source = { type: "archive" as const, fileName: file.slice(0, maxFileNameChars) };
  const { raw } = request;
  const cancel = () => void raw.destroy();
  const chunks = raw.iterator({ destroyOnReturn: false });
  const by = auditBy(principal, originOf(request));
  const outcome = await receive(principal, by, { name, source }, { chunks, totalBytes, maxBytes, cancel });
  if (outcome.type === "received") return reply.code(202).send({ workspaceId: outcome.workspaceId });
  // The rest is read and dropped, for a sender hears nothing before all is sent; but not for ever.
  setTimeout(() => raw.complete || raw.destroy(), dropRestMs).unref();
  return reply.header("connection", "close").code(statuses[outcome.because]).send({ error: outcome.message });
}
