/** What the routes share by which people come in and look after their accounts. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Origin } from "../audit/actor.ts";
import type { AuditBuffer } from "../audit/audit-buffer.ts";
import type { Database } from "../database/database.ts";
import type { Membership } from "../identity/change-account.ts";
import type { OpenedSession } from "../identity/new-session.ts";
import { type Passwords, PasswordsBusy } from "../identity/password.ts";
import { addressBucket, bucketAddress, giveAttemptsBack, takeAttempts } from "../identity/sign-in-attempts.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { sessionTokenOf, setSessionCookie } from "./browser-cookies.ts";
import { sendTooOften } from "./limit-requests.ts";

export interface AccountDoor {
  readonly database: Pick<Database, "app" | "withTenant">;
  readonly passwords: Passwords;
  readonly address: () => PublicAddress;
  readonly audit: Pick<AuditBuffer, "refusedSignIn">;
  /** Ends what is open under the session, on every node. */
  signedOut(sessionId: string): void;
  /** What is open for the member, on every node, ends or is made anew. */
  memberChanged(member: Membership, change: "ended" | "role"): void;
}

const busyRetrySeconds = 5;

/** The browser has this session from now on; what ended with it ends everywhere. The answer is the caller's to send. */
export function takeIn(door: AccountDoor, request: FastifyRequest, reply: FastifyReply, session: OpenedSession): void {
  const { tenantId, userId, sessionId, ended } = session;
  setSessionCookie(reply, door.address(), session.token);
  for (const id of ended) door.signedOut(id);
  request.log.info({ tenantId, userId, sessionId, ended: ended.length, ip: request.ip }, "a session was opened");
}

/** null: the body is not of this form, and that has been answered. */
export function readBody<T extends z.ZodType>(
  schema: T,
  request: FastifyRequest,
  reply: FastifyReply,
): z.output<T> | null {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  void reply.code(400).send({ error: "invalid", field: issue?.path.join(".") ?? "", message: issue?.message ?? "" });
  return null;
}

export function originOf({ headers, ip }: FastifyRequest): Origin {
  return { address: ip, userAgent: headers["user-agent"] ?? null };
}

/** The session's token; null: there is none, and that has been answered. */
export function requireSession(door: AccountDoor, request: FastifyRequest, reply: FastifyReply): string | null {
  const token = sessionTokenOf(request, door.address());
  if (token !== "") return token;
  sendSignedOut(reply);
  return null;
}

export function sendSignedOut(reply: FastifyReply): void {
  void reply.code(401).send({ error: "signedOut" });
}

/** Counts an attempt for where it comes from, unless `work` gives true: it was right. Where there were too many, that is answered. */
export async function counted(
  { database: { app } }: AccountDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<boolean>,
): Promise<void> {
  const buckets = [addressBucket(bucketAddress(request.ip))];
  const wait = await takeAttempts(app, buckets);
  if (wait > 0) return void sendTooOften(reply, wait * 1000);
  await answeringBusy(reply, async () => {
    if (await work()) await giveAttemptsBack(app, buckets);
  });
}

/** Where too many passwords are being computed, whoever asks is told to come again. */
export async function answeringBusy(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PasswordsBusy)) throw error;
    void reply.code(503).header("retry-after", busyRetrySeconds).send({ error: "busy" });
  }
}
