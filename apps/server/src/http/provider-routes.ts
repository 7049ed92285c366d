/**
 * Signing in by a provider of OpenID Connect. What a browser must bring back from there is in a cookie of its own, so that any
 * node can finish what another has begun, and only this browser can.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { connectIdentity, type ExternalIdentity, signInByIdentity } from "../identity/external-identity.ts";
import { joinByIdentity } from "../identity/join-by-identity.ts";
import type { Provider } from "../identity/provider.ts";
import { addressBucket, bucketAddress, giveAttemptsBack, takeAttempts } from "../identity/sign-in-attempts.ts";
import { type AccountDoor, originOf, takeIn } from "./account-door.ts";
import { tokenSchema } from "./account-forms.ts";
import { sessionTokenOf } from "./browser-cookies.ts";

const flowSeconds = 10 * 60;
const callbackPath = "/api/provider/callback";

/** What the person wants of it. */
const purposeSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("signIn") }),
  /** Come in by an invitation, with a new account or as who they are. */
  z.object({ type: z.literal("join"), invitation: tokenSchema }),
  /** Be known by it too from now on. */
  z.object({ type: z.literal("connect") }),
]);
type Purpose = z.infer<typeof purposeSchema>;

const keptSchema = z.object({
  purpose: purposeSchema,
  flow: z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() }),
});

/** Why it led nowhere, as the page that is shown then knows it. */
type Problem =
  | "flowLost"
  | "providerFailed"
  | "tooOften"
  | "noAccount"
  | "proofNeeded"
  | "noTenant"
  | "noEmail"
  | "taken"
  | "signedOut"
  | "invitationNotFound";

export function registerProviderRoutes(app: FastifyInstance, door: AccountDoor, provider: Provider): void {
  app.post("/api/provider/start", async (request, reply) => {
    const purpose = purposeSchema.safeParse(request.body);
    if (!purpose.success) return reply.code(400).send({ error: "invalid", field: "type" });
    try {
      const { url, flow } = await provider.begin(`${door.address().url}${callbackPath}`);
      keep(door, reply, { purpose: purpose.data, flow });
      return { url: url.href };
    } catch (err) {
      request.log.error({ err }, "the provider of OpenID Connect cannot be used");
      return reply.code(502).send({ error: "providerFailed" });
    }
  });

  app.get(callbackPath, async (request, reply) => {
    reply.header("cache-control", "no-store");
    const kept = keptSchema.safeParse(readCookie(request, door));
    reply.clearCookie(flowCookie(door), { path: "/", secure: door.address().secure });
    if (!kept.success) return leave(reply, "flowLost");
    const { purpose, flow } = kept.data;
    const buckets = [addressBucket(bucketAddress(request.ip))];
    if ((await takeAttempts(door.database.app, buckets)) > 0) return leave(reply, "tooOften", purpose);
    const identity = await finish(provider, request, door, flow);
    if (identity === null) return leave(reply, "providerFailed", purpose);
    const problem = await carryOut(door, request, reply, purpose, identity);
    // Which addresses have accounts is not to be found out at any pace.
    if (problem !== "proofNeeded") await giveAttemptsBack(door.database.app, buckets);
    return problem === null ? reply.redirect(doneAt(purpose), 303) : leave(reply, problem, purpose);
  });
}

/** null: what came back is not what was sent for, and the log says why. */
async function finish(
  provider: Provider,
  request: FastifyRequest,
  door: AccountDoor,
  flow: z.infer<typeof keptSchema>["flow"],
): Promise<ExternalIdentity | null> {
  try {
    return await provider.finish(new URL(request.url, door.address().url), flow);
  } catch (err) {
    request.log.warn({ err, ip: request.ip }, "a sign-in by the provider was refused");
    return null;
  }
}

async function carryOut(
  door: AccountDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  purpose: Purpose,
  identity: ExternalIdentity,
): Promise<Problem | null> {
  const { app: sql } = door.database;
  switch (purpose.type) {
    case "connect": {
      const outcome = await connectIdentity(sql, sessionTokenOf(request, door.address()), identity, originOf(request));
      return outcome === "connected" ? null : outcome;
    }
    case "signIn": {
      const outcome = await signInByIdentity(sql, identity, originOf(request));
      if (outcome.type !== "signedIn") return outcome.type;
      takeIn(door, request, reply, outcome.session);
      return null;
    }
    case "join":
      return join(door, request, reply, purpose.invitation, identity);
  }
}

async function join(
  door: AccountDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  invitation: string,
  identity: ExternalIdentity,
): Promise<Problem | null> {
  const joined = await joinByIdentity(door.database.app, invitation, identity, originOf(request));
  if (joined.type !== "signedIn") return joined.type === "notFound" ? "invitationNotFound" : joined.type;
  takeIn(door, request, reply, joined.session);
  return null;
}

function doneAt({ type }: Pick<Purpose, "type">): string {
  return type === "connect" ? "/settings" : "/";
}

/** Of an invitation the browser has kept the secret. */
const begunAt: Readonly<Record<Purpose["type"], string>> = { signIn: "/", join: "/join", connect: "/settings" };

/** To the page from which the browser came, which says what is the matter. */
function leave(
  reply: FastifyReply,
  problem: Problem,
  purpose: Pick<Purpose, "type"> = { type: "signIn" },
): FastifyReply {
  return reply.redirect(`${begunAt[purpose.type]}?problem=${problem}`, 303);
}

function keep(door: AccountDoor, reply: FastifyReply, kept: z.infer<typeof keptSchema>): void {
  const value = Buffer.from(JSON.stringify(kept)).toString("base64url");
  const { secure } = door.address();
  // Lax, so that it comes along when the provider sends the browser back.
  reply.setCookie(flowCookie(door), value, { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: flowSeconds });
}

function readCookie(request: FastifyRequest, door: AccountDoor): unknown {
  try {
    return JSON.parse(Buffer.from(request.cookies[flowCookie(door)] ?? "", "base64url").toString());
  } catch {
    return null;
  }
}

function flowCookie(door: AccountDoor): string {
  return `${door.address().cookieName}-provider`;
}
