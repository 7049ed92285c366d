/** What a person sees and changes of their own account, by the session of their browser. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  endOwnSessions,
  foundTenant,
  listOwnSessions,
  listOwnTenants,
  readOwnAccount,
  switchTenant,
} from "../identity/own-account.ts";
import { type AccountDoor, originOf, readBody, requireSession, sendSignedOut, takeIn } from "./account-door.ts";
import { tenantNameSchema } from "./account-forms.ts";

const endSchema = z.union([z.object({ id: z.string().max(100) }), z.object({ others: z.literal(true) })]);
const switchSchema = z.object({ tenantId: z.guid() });
const foundSchema = z.object({ name: tenantNameSchema });

export function registerOwnAccountRoutes(app: FastifyInstance, door: AccountDoor): void {
  const { app: sql } = door.database;

  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/api/account")) reply.header("cache-control", "no-store");
  });

  app.get("/api/account", async (request, reply) => {
    const token = requireSession(door, request, reply);
    if (token === null) return reply;
    const account = await readOwnAccount(sql, token);
    if (account === null) return sendSignedOut(reply);
    const { name, email, emailVerified, passwordHash, issuers } = account;
    return { name, email, emailVerified, hasPassword: passwordHash !== null, issuers };
  });

  app.get("/api/account/sessions", async (request, reply) => {
    const token = requireSession(door, request, reply);
    if (token === null) return reply;
    const sessions = await listOwnSessions(sql, token);
    if (sessions.length === 0) return sendSignedOut(reply);
    return {
      data: sessions.map(({ createdAtMs, seenAtMs, expiresAtMs, ...session }) => {
        return { ...session, createdAt: createdAtMs, seenAt: seenAtMs, expiresAt: expiresAtMs };
      }),
    };
  });

  app.post("/api/account/sessions/end", async (request, reply) => {
    const body = readBody(endSchema, request, reply);
    const token = body === null ? null : requireSession(door, request, reply);
    if (body === null || token === null) return reply;
    const ended = await endOwnSessions(sql, token, "id" in body ? body : "others", originOf(request));
    for (const id of ended) door.signedOut(id);
    if ("id" in body && ended.length === 0) return reply.code(404).send({ error: "sessionNotFound" });
    return { ended: ended.length };
  });

  registerTenantRoutes(app, door);
}

function registerTenantRoutes(app: FastifyInstance, door: AccountDoor): void {
  const { app: sql } = door.database;

  app.get("/api/account/tenants", async (request, reply) => {
    const token = requireSession(door, request, reply);
    if (token === null) return reply;
    const tenants = await listOwnTenants(sql, token);
    return tenants.length === 0 ? sendSignedOut(reply) : { data: tenants };
  });

  app.post("/api/account/tenants", async (request, reply) => {
    const body = readBody(foundSchema, request, reply);
    const token = body === null ? null : requireSession(door, request, reply);
    if (body === null || token === null) return reply;
    const session = await foundTenant(sql, token, body.name, originOf(request));
    if (session === null) return reply.code(403).send({ error: "ownersOnly" });
    takeIn(door, request, reply, session);
    return { tenantId: session.tenantId };
  });

  app.post("/api/account/tenant", async (request, reply) => {
    const body = readBody(switchSchema, request, reply);
    const token = body === null ? null : requireSession(door, request, reply);
    if (body === null || token === null) return reply;
    const session = await switchTenant(sql, token, body.tenantId, originOf(request));
    if (session === null) return reply.code(404).send({ error: "tenantNotFound" });
    takeIn(door, request, reply, session);
    return reply.code(204).send();
  });
}
