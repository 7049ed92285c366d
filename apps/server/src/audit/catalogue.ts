/**
 * What the audit log can say: every action, and what is said of it beside who, when, where and to what. Only ids, names, numbers and
 * words of the server's own: no text that a person, a model or a command wrote, and no secret. Names are cut to a length.
 */
import { rightSchema, roleSchema } from "@skein/protocol/right";
import { z } from "zod";

const maxNameChars = 200;

const id = z.string().max(100);
const word = z.string().regex(/^[\w./: -]{1,60}$/);
const count = z.int().min(0);
/** Of a person's choosing. */
const name = z.string().transform((text) => text.slice(0, maxNameChars));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const nothing = z.strictObject({});
const approvalPolicy = z.enum(["untrusted", "on-request", "never"]);
const sandbox = z.strictObject({
  type: z.enum(["readOnly", "workspaceWrite", "dangerFullAccess"]),
  network: z.boolean(),
});

/** By what somebody came in. */
const entrance = z.enum([
  "password",
  "provider",
  "link",
  "firstOwner",
  "passwordLink",
  "invitation",
  "otherTenant",
  "newTenant",
]);

export const auditActions = {
  // Coming and going. Subject: the session, or for one that was refused the account's address.
  "signIn.accepted": z.strictObject({ by: entrance }),
  "signIn.refused": z.strictObject({ reason: z.enum(["wrongPassword", "tooOften", "noTenant"]) }),
  "signOut.done": nothing,
  "session.ended": z.strictObject({ sessions: count }),
  "password.changed": z.strictObject({ sessionsEnded: count }),
  "passwordLink.created": nothing,
  "email.changed": nothing,
  "name.changed": z.strictObject({ from: name, to: name }),
  "account.deleted": nothing,
  "identity.connected": z.strictObject({ issuer: name }),
  "token.created": z.strictObject({ name, scopes: z.array(rightSchema), expiresAt: z.int().nullable() }),
  "token.revoked": nothing,

  // Who is there. Subject: the person, or the invitation.
  "tenant.created": z.strictObject({ name }),
  "tenant.renamed": z.strictObject({ name, nameBefore: name }),
  "member.joined": z.strictObject({ role: roleSchema }),
  "member.roleChanged": z.strictObject({ role: roleSchema }),
  "member.removed": nothing,
  "member.left": nothing,
  "invitation.created": z.strictObject({ role: roleSchema, days: z.number() }),
  "invitation.revoked": nothing,

  // What happens in threads. Subject: the turn, the message or the approval.
  "thread.created": z.strictObject({ client: name, forkedFromId: id.nullable() }),
  "thread.renamed": nothing,
  "thread.archived": nothing,
  "thread.unarchived": nothing,
  "thread.deleted": nothing,
  "thread.exported": z.strictObject({ format: word }),
  "thread.handedOver": z.strictObject({ to: id }),
  "prompt.given": z.strictObject({ client: name, as: z.enum(["turn", "command", "steer", "queued"]) }),
  // Messages that wait, those of others too.
  "queue.updated": z.strictObject({ client: name }),
  "queue.removed": z.strictObject({ client: name }),
  "queue.reordered": z.strictObject({ client: name }),
  "queue.started": z.strictObject({ client: name, turnId: id }),
  "turn.interrupted": z.strictObject({ client: name }),
  /** A command that ran on behind its turn. Subject: its item. */
  "backgroundCommand.ended": z.strictObject({ client: name }),
  "comment.added": z.strictObject({ client: name, turnId: id }),
  "comment.deleted": z.strictObject({ client: name, turnId: id }),
  "approval.answered": z.strictObject({
    client: name,
    turnId: id,
    itemId: id,
    kind: z.enum(["command", "patch", "questions", "network"]),
    decision: word,
    /** Of the JSON of the command's argv. */
    argvSha256: sha256.nullable(),
  }),
  // Without a thread. Subject: the workspace.
  "command.started": z.strictObject({ client: name, sandbox, argvSha256: sha256 }),
  "policy.changed": z.strictObject({
    approvalPolicy: z.strictObject({ from: approvalPolicy, to: approvalPolicy }),
    sandbox: z.strictObject({ from: sandbox, to: sandbox }),
  }),

  // Sharing. Subject: the link, or the person.
  "share.created": z.strictObject({ access: word, expiresAt: z.int().nullable(), live: z.boolean() }),
  "share.revoked": nothing,
  "share.copied": z.strictObject({ copyId: id }),
  "grant.changed": z.strictObject({ rights: z.array(rightSchema) }),

  // Workspaces and what leaves them. Subject: the workspace, or the host.
  "workspace.created": z.strictObject({ name, from: z.enum(["empty", "clone", "upload", "directory", "worktree"]) }),
  /** `title`: what people call it from now on. */
  "workspace.renamed": z.strictObject({ name, title: name, titleBefore: name }),
  "workspace.deleted": z.strictObject({ name }),
  // `itemId`: of the command that wanted to connect. `rule` and `reason`: whose word it was.
  "egress.allowed": z.strictObject({ port: count, rule: word, itemId: id.optional() }),
  "egress.refused": z.strictObject({ port: count, reason: word, itemId: id.optional() }),
  /** A connection that was open, when what had allowed it was over. */
  "egress.ended": z.strictObject({ port: count, reason: word, itemId: id.optional() }),
  "networkPolicy.changed": z.strictObject({ mode: word, hosts: count }),

  // Credentials. Subject: the credential.
  "credential.created": z.strictObject({ purpose: word, scope: word, name, host: name.nullable() }),
  "credential.changed": z.strictObject({ purpose: word, scope: word, name, host: name.nullable() }),
  "credential.deleted": z.strictObject({ purpose: word, scope: word, name }),
  "credential.tested": z.strictObject({ scope: word, outcome: word }),
  "credential.used": z.strictObject({ purpose: word, scope: word, turnId: id.nullable() }),

  // Limits, and the log itself.
  "budget.changed": z.strictObject({ scope: word, tokens: count.nullable(), windowSeconds: count.nullable() }),
  "audit.exported": z.strictObject({ format: z.enum(["csv", "jsonl"]) }),
  /** Lines that came faster than they could be written. */
  "audit.dropped": z.strictObject({ lines: count }),
  "operator.command": z.strictObject({ command: word, rows: count.nullable() }),
} as const satisfies Record<string, z.ZodType>;

export type AuditAction = keyof typeof auditActions;
export type DetailsOf<A extends AuditAction> = z.input<(typeof auditActions)[A]>;

/** As they are stored. Throws for what the catalogue does not foresee, so that nothing else gets into the log. */
export function encodeDetails<A extends AuditAction>(action: A, details: DetailsOf<A>): string {
  return JSON.stringify(auditActions[action].parse(details));
}
