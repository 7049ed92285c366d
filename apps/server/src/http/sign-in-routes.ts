/** Signing in by password, and the two links that the operator gives out: for the first owner, and for a new password. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { emailKey } from "../identity/email.ts";
import { claimFirstOwner, hasAccounts } from "../identity/first-owner.ts";
import type { OpenedSession } from "../identity/new-session.ts";
import { spendPasswordLink } from "../identity/password-link.ts";
import { bucketAddress } from "../identity/sign-in-attempts.ts";
import { signInByPassword } from "../identity/sign-in-by-password.ts";
import { type AccountDoor, answeringBusy, counted, originOf, readBody, takeIn } from "./account-door.ts";
import {
  credentialsSchema,
  newAccountSchema,
  newPasswordSchema,
  tenantNameSchema,
  tokenSchema,
} from "./account-forms.ts";
import { deviceTokenOf, setDeviceCookie } from "./browser-cookies.ts";
import { sendTooOften } from "./limit-requests.ts";

const firstOwnerSchema = z.object({ token: tokenSchema, tenantName: tenantNameSchema, account: newAccountSchema });
const passwordLinkSchema = z.object({ token: tokenSchema, password: newPasswordSchema });

/** `provider`: what the button says by which people sign in elsewhere; null: there is none. */
export function registerSignInRoutes(app: FastifyInstance, door: AccountDoor, provider: string | null): void {
  const { database, passwords, address } = door;

  app.get("/api/sign-in", async (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { accounts: true, firstOwner: !(await hasAccounts(database.app)), provider };
  });

  app.post("/api/sign-in", async (request, reply) => {
    const credentials = readBody(credentialsSchema, request, reply);
    if (credentials === null) return reply;
    await answeringBusy(reply, async () => {
      const outcome = await signInByPassword(database.app, passwords, {
        ...credentials,
        address: bucketAddress(request.ip),
        origin: originOf(request),
        deviceToken: deviceTokenOf(request, address()),
      });
      switch (outcome.type) {
        case "signedIn":
          takeIn(door, request, reply, outcome.session);
          setDeviceCookie(reply, address(), outcome.deviceToken);
          return void reply.code(204).send();
        case "wrong":
          request.log.info({ ip: request.ip }, "a sign-in was refused");
          door.audit.refusedSignIn(emailKey(credentials.email), "wrongPassword", originOf(request));
          return void reply.code(401).send({ error: "wrongCredentials" });
        case "tooOften":
          request.log.info({ ip: request.ip }, "a sign-in came too often");
          door.audit.refusedSignIn(emailKey(credentials.email), "tooOften", originOf(request));
          return void sendTooOften(reply, outcome.retryAfterSeconds * 1000);
        case "noTenant":
          door.audit.refusedSignIn(emailKey(credentials.email), "noTenant", originOf(request));
          return void reply.code(403).send({ error: "noTenant" });
      }
    });
    return reply;
  });

  app.post("/api/first-owner", async (request, reply) => {
    const body = readBody(firstOwnerSchema, request, reply);
    if (body === null) return reply;
    await counted(door, request, reply, async () => {
      const { token, tenantName, account } = body;
      const { name, email, password } = account;
      const owner = { name, email, tenantName, passwordHash: await passwords.hash(password) };
      const session = await claimFirstOwner(database.app, token, owner, originOf(request));
      return answerLink(door, request, reply, session);
    });
    return reply;
  });

  app.post("/api/password-link", async (request, reply) => {
    const body = readBody(passwordLinkSchema, request, reply);
    if (body === null) return reply;
    await counted(door, request, reply, async () => {
      const passwordHash = await passwords.hash(body.password);
      const session = await spendPasswordLink(database.app, body.token, passwordHash, originOf(request));
      return answerLink(door, request, reply, session);
    });
    return reply;
  });
}

/** False: the link opens nothing. */
function answerLink(
  door: AccountDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  session: OpenedSession | null,
): boolean {
  if (session === null) {
    void reply.code(404).send({ error: "linkNotFound" });
    return false;
  }
  takeIn(door, request, reply, session);
  void reply.code(204).send();
  return true;
}
