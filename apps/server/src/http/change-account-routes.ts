/** Changing one's own account: what others could be locked out by needs the password once more. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { changeEmail, changeName, deleteAccount } from "../identity/change-account.ts";
import { changePassword, readOwnAccount } from "../identity/own-account.ts";
import { type AccountDoor, counted, originOf, readBody, requireSession, sendSignedOut } from "./account-door.ts";
import { emailSchema, givenPasswordSchema, newPasswordSchema, personNameSchema } from "./account-forms.ts";
import { clearSessionCookie, deviceTokenOf } from "./browser-cookies.ts";

const passwordSchema = z.object({ current: givenPasswordSchema, next: newPasswordSchema });
const nameSchema = z.object({ name: personNameSchema });
const newEmailSchema = z.object({ email: emailSchema, current: givenPasswordSchema });
const deletionSchema = z.object({ current: givenPasswordSchema });

export function registerChangeAccountRoutes(app: FastifyInstance, door: AccountDoor): void {
  const { app: sql } = door.database;

  app.post("/api/account/password", async (request, reply) => {
    const body = readBody(passwordSchema, request, reply);
    if (body === null) return reply;
    return confirmed(door, request, reply, body.current, async (token, before) => {
      const ended = await changePassword(
        ...([sql, token, before, await door.passwords.hash(body.next)] as const),
        originOf(request),
      );
      if (ended === null) return "wrong";
      for (const id of ended) door.signedOut(id);
      void reply.send({ ended: ended.length });
      return "answered";
    });
  });

  app.post("/api/account/name", async (request, reply) => {
    const body = readBody(nameSchema, request, reply);
    const token = body === null ? null : requireSession(door, request, reply);
    if (body === null || token === null) return reply;
    const memberships = await changeName(sql, token, body.name, originOf(request));
    if (memberships === null) {
      sendSignedOut(reply);
      return reply;
    }
    for (const membership of memberships) door.memberChanged(membership, "role");
    return reply.code(204).send();
  });

  app.post("/api/account/email", async (request, reply) => {
    const body = readBody(newEmailSchema, request, reply);
    if (body === null) return reply;
    return confirmed(door, request, reply, body.current, async (token, before) => {
      const outcome = await changeEmail(sql, token, before, body.email, originOf(request));
      switch (outcome) {
        case "wrong":
          return "wrong";
        case "taken":
          void reply.code(409).send({ error: "emailTaken" });
          // Which addresses have accounts is not to be found out at any pace.
          return "counted";
        case "changed":
          void reply.code(204).send();
          return "answered";
      }
    });
  });

  app.post("/api/account/delete", async (request, reply) => {
    const body = readBody(deletionSchema, request, reply);
    if (body === null) return reply;
    return confirmed(door, request, reply, body.current, async (token, before) => {
      const outcome = await deleteAccount(sql, token, before, originOf(request));
      switch (outcome.type) {
        case "wrong":
          return "wrong";
        case "lastOwner":
          void reply.code(409).send({ error: "lastOwner", tenants: outcome.tenantNames });
          return "answered";
        case "deleted":
          clearSessionCookie(reply, door.address());
          void reply.code(204).send();
          for (const membership of outcome.memberships) door.memberChanged(membership, "ended");
          return "answered";
      }
    });
  });
}

/** `counted`: answered, and an attempt that counts. `wrong`: the password has changed in between; nothing is answered yet. */
type Change = "answered" | "counted" | "wrong";

/** Asks for the password once more where the account has one; what is wrong is answered, and counts as an attempt. */
async function confirmed(
  door: AccountDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
  change: (sessionToken: string, before: string | null) => Promise<Change>,
): Promise<FastifyReply> {
  const token = requireSession(door, request, reply);
  if (token === null) return reply;
  const account = await readOwnAccount(door.database.app, token);
  if (account === null) {
    sendSignedOut(reply);
    return reply;
  }
  await counted(door, request, reply, async () => {
    const { passwordHash: before } = account;
    const isKnown = deviceTokenOf(request, door.address()) !== null;
    const isRight = before === null || (await door.passwords.matches(before, password, isKnown));
    const outcome = isRight ? await change(token, before) : "wrong";
    if (outcome === "wrong") void reply.code(403).send({ error: "wrongPassword" });
    return outcome === "answered";
  });
  return reply;
}
