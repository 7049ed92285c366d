/** Accepting an invitation. Its secret comes in the body: an address is written into logs and histories. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { emailKey } from "../identity/email.ts";
import { joinByPassword } from "../identity/join-by-password.ts";
import { joinBySession, readInvitation } from "../identity/join-tenant.ts";
import { bucketAddress } from "../identity/sign-in-attempts.ts";
import {
  type AccountDoor,
  answeringBusy,
  originOf,
  readBody,
  requireSession,
  sendSignedOut,
  takeIn,
} from "./account-door.ts";
import { newAccountSchema, tokenSchema } from "./account-forms.ts";
import { deviceTokenOf, setDeviceCookie } from "./browser-cookies.ts";
import { sendTooOften } from "./limit-requests.ts";

const invitationSchema = z.object({ token: tokenSchema });
/** Without a name: of an account that there is. */
const newcomerSchema = z.object({ token: tokenSchema, account: newAccountSchema.partial({ name: true }) });

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
    const { name = null, email, password } = body.account;
    const origin = originOf(request);
    await answeringBusy(reply, async () => {
      const joined = await joinByPassword(sql, door.passwords, {
        ...{ token: body.token, name, email, password, origin },
        address: bucketAddress(request.ip),
        deviceToken: deviceTokenOf(request, door.address()),
      });
      switch (joined.type) {
        case "notFound":
          void reply.code(404).send({ error: "invitationNotFound" });
          return;
        case "wrong":
          door.audit.refusedSignIn(emailKey(email), "wrongPassword", origin);
          void reply.code(401).send({ error: "wrongCredentials" });
          return;
        case "tooOften":
          door.audit.refusedSignIn(emailKey(email), "tooOften", origin);
          sendTooOften(reply, joined.retryAfterSeconds * 1000);
          return;
        case "alreadyMember":
          void reply.code(409).send({ error: "alreadyMember" });
          return;
        case "signedIn":
          takeIn(door, request, reply, joined.session);
          if (joined.deviceToken !== null) setDeviceCookie(reply, door.address(), joined.deviceToken);
          void reply.code(204).send();
          return;
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
