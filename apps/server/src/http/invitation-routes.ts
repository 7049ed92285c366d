/** Accepting an invitation. Its secret comes in the body: an address is written into logs and histories. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { joinAsNew, joinBySession, readInvitation } from "../identity/join-tenant.ts";
import {
  type AccountDoor,
  counted,
  originOf,
  readBody,
  requireSession,
  sendSignedOut,
  takeIn,
} from "./account-door.ts";
import { newAccountSchema, tokenSchema } from "./account-forms.ts";

const invitationSchema = z.object({ token: tokenSchema });
const newcomerSchema = z.object({ token: tokenSchema, account: newAccountSchema });

export function registerInvitationRoutes(app: FastifyInstance, door: AccountDoor): void {
  const { app: sql } = door.database;

  app.post("/api/invitation", async (request, reply) => {
    const body = readBody(invitationSchema, request, reply);
    if (body === null) return reply;
    const place = await readInvitation(sql, body.token);
    if (place === null) return reply.code(404).send({ error: "invitationNotFound" });
    const { expiresAtMs, ...shown } = place;
    return { ...shown, expiresAt: expiresAtMs };
  });

  app.post("/api/invitation/accept-as-new", async (request, reply) => {
    const body = readBody(newcomerSchema, request, reply);
    if (body === null) return reply;
    await counted(door, request, reply, async () => {
      const { name, email, password } = body.account;
      const by = { type: "password", passwordHash: await door.passwords.hash(password) } as const;
      const joined = await joinAsNew(sql, body.token, { name, email, by }, originOf(request));
      switch (joined.type) {
        case "notFound":
          void reply.code(404).send({ error: "invitationNotFound" });
          return false;
        case "accountExists":
          void reply.code(409).send({ error: "accountExists" });
          return false;
        case "signedIn":
          takeIn(door, request, reply, joined.session);
          void reply.code(204).send();
          return true;
      }
    });
    return reply;
  });

  app.post("/api/invitation/accept", async (request, reply) => {
    const body = readBody(invitationSchema, request, reply);
    if (body === null) return reply;
    const token = requireSession(door, request, reply);
    if (token === null) return reply;
    const joined = await joinBySession(sql, body.token, token, originOf(request));
    switch (joined.type) {
      case "notFound":
        return reply.code(404).send({ error: "invitationNotFound" });
      case "alreadyMember":
        return reply.code(409).send({ error: "alreadyMember" });
      case "signedOut":
        sendSignedOut(reply);
        return reply;
      case "signedIn":
        takeIn(door, request, reply, joined.session);
        return reply.code(204).send();
    }
  });
}
