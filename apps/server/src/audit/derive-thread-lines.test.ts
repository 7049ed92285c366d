import { createHash } from "node:crypto";
import { initialState } from "@skein/core/thread/evolve";
import type { ApprovalRequest, NewThreadEvent, ThreadSettings } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { deriveThreadLines } from "./derive-thread-lines.ts";
import { withProvenance } from "./provenance.ts";

const actor = { memberId: "ada", clientName: "web" };
const secret = "sk-planted-secret";
const sandbox = { type: "readOnly", networkAccess: false } as const;
const settings: ThreadSettings = { ...initialState.settings, approvalPolicy: "untrusted", sandbox };
const request: ApprovalRequest = {
  type: "command",
  argv: ["echo", secret],
  command: `echo ${secret}`,
  cwd: "/",
  actions: [],
  reason: secret,
  sandbox,
};
const place = { approvalId: "a", turnId: "t", itemId: "i", at: 1 };

function derive(...events: NewThreadEvent[]) {
  const pendingApprovals = new Map([["a", { ...place, request, requestedAt: 1 }]]);
  const lines = deriveThreadLines({ settings, pendingApprovals }, events);
  return lines.map(({ by, details, ...line }) => ({
    memberId: "userId" in by.actor ? by.actor.userId : null,
    ...line,
    details: JSON.parse(details),
  }));
}

function messaged(id: string): NewThreadEvent {
  const content = [{ type: "text", text: secret, textElements: [] }] as const;
  const item = { type: "userMessage", id, clientId: null, content, author: actor } as const;
  return { type: "item.completed", turnId: "t", item, startedAt: 1, at: 1 };
}

test("a prompt is told by whom and for which turn, whatever it says", () => {
  const said = {
    id: "m",
    clientId: "",
    content: [{ type: "text", text: secret, textElements: [] }],
    metadata: null,
    actor,
  } as const;
  const lines = derive(
    { type: "turn.started", turnId: "t", actor, at: 1 },
    { type: "turn.started", turnId: "u", actor, work: "userCommand", at: 1 },
    { type: "queue.added", message: said, at: 1 },
    { type: "turn.started", turnId: "nobody's", actor: null, at: 1 },
  );
  expect(lines).toEqual([
    { memberId: "ada", action: "prompt.given", subject: "t", details: { client: "web", as: "turn" } },
    { memberId: "ada", action: "prompt.given", subject: "u", details: { client: "web", as: "command" } },
    { memberId: "ada", action: "prompt.given", subject: "m", details: { client: "web", as: "queued" } },
  ]);
  expect(JSON.stringify(lines)).not.toContain(secret);
});

test("what people do with messages that wait is told; that one's turn has come is nobody's doing", () => {
  const content = [{ type: "text", text: secret, textElements: [] }] as const;
  const bo = { memberId: "bo", clientName: "tui" };
  const lines = derive(
    { type: "queue.updated", messageId: "m", content, metadata: { k: secret }, actor: bo, at: 1 },
    { type: "queue.reordered", messageIds: ["m", "n"], actor, at: 1 },
    { type: "queue.taken", messageId: "m", turnId: "t", actor, at: 1 },
    { type: "queue.taken", messageId: "n", turnId: "u", at: 1 },
    { type: "queue.removed", messageId: "o", actor: bo, at: 1 },
    { type: "queue.removed", messageId: "p", at: 1 },
  );
  expect(lines).toEqual([
    { memberId: "bo", action: "queue.updated", subject: "m", details: { client: "tui" } },
    { memberId: "ada", action: "queue.reordered", subject: null, details: { client: "web" } },
    { memberId: "ada", action: "queue.started", subject: "m", details: { client: "web", turnId: "t" } },
    { memberId: "bo", action: "queue.removed", subject: "o", details: { client: "tui" } },
  ]);
  expect(JSON.stringify(lines)).not.toContain(secret);
});

test("what is said to a turn that runs is told, and what it began with or what waited is not told twice", () => {
  const lines = derive(
    { type: "turn.started", turnId: "t", actor, at: 1 },
    messaged("first"),
    messaged("steer"),
    { type: "queue.taken", messageId: "m", turnId: "t", at: 1 },
    messaged("waited"),
    messaged("another"),
  );
  const said = (subject: string, as: string) => ({
    ...{ memberId: "ada", action: "prompt.given", subject, details: { client: "web", as } },
  });
  expect(lines).toEqual([said("t", "turn"), said("steer", "steer"), said("another", "steer")]);
  // A person's own command begins with no message.
  expect(derive({ type: "turn.started", turnId: "u", actor, work: "userCommand", at: 1 }, messaged("steer"))).toEqual([
    said("u", "command"),
    said("steer", "steer"),
  ]);
});

test("who ends a turn, renames a thread or puts it away is told, and what the server does by itself is not", () => {
  const times = { startedAt: 1, durationMs: 1, at: 1 };
  const how = { status: "interrupted", error: null, finalMessage: null } as const;
  const ended = { type: "turn.completed", turnId: "t", ...how, ...times } as const;
  const lines = derive(
    { ...ended, interruptedBy: actor },
    ended,
    { type: "thread.named", name: secret, actor, at: 1 },
    { type: "thread.named", name: secret, at: 1 },
    { type: "thread.archived", actor, at: 1 },
    { type: "thread.unarchived", actor, at: 1 },
    { type: "thread.unarchived", at: 1 },
  );
  expect(lines).toEqual([
    { memberId: "ada", action: "turn.interrupted", subject: "t", details: { client: "web" } },
    { memberId: "ada", action: "thread.renamed", subject: null, details: {} },
    { memberId: "ada", action: "thread.archived", subject: null, details: {} },
    { memberId: "ada", action: "thread.unarchived", subject: null, details: {} },
  ]);
});

test("by which credential and from where is told of whoever is here, and not of an actor from the log", () => {
  const by = {
    actor: { type: "token", userId: "ada", name: null, tokenId: "k" },
    origin: { address: "192.0.2.7", userAgent: "a script" },
  } as const;
  const started = (who: typeof actor): NewThreadEvent => ({ type: "turn.started", turnId: "t", actor: who, at: 1 });
  const known = { settings, pendingApprovals: new Map() };
  const [here] = deriveThreadLines(known, [started(withProvenance({ ...actor }, by) as typeof actor)]);
  const [read] = deriveThreadLines(known, [started(JSON.parse(JSON.stringify(actor)))]);
  expect(here?.by).toEqual(by);
  expect(read?.by).toMatchObject({ actor: { type: "user", userId: "ada" }, origin: { address: null } });
});

test("an answer is told with what it decided, and the command by its hash", () => {
  const outcome = { type: "decided", decision: "acceptForSession" } as const;
  const lines = derive({ type: "approval.resolved", ...place, outcome, actor });
  const argvSha256 = createHash("sha256").update(JSON.stringify(request.argv)).digest("hex");
  const details = {
    client: "web",
    turnId: "t",
    itemId: "i",
    kind: "command",
    decision: "acceptForSession",
    argvSha256,
  };
  expect(lines).toEqual([{ memberId: "ada", action: "approval.answered", subject: "a", details }]);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(derive({ type: "approval.resolved", ...place, outcome: { type: "withdrawn" }, actor: null })).toEqual([]);
});

test("answers to questions are told without what was answered", () => {
  const outcome = { type: "answered", answers: { q: [secret] } } as const;
  const questions = { type: "questions", questions: [] } as const;
  const lines = derive(
    { type: "approval.requested", ...place, approvalId: "b", request: questions },
    { type: "approval.resolved", ...place, approvalId: "b", outcome, actor },
  );
  expect(lines).toMatchObject([
    { subject: "b", details: { kind: "questions", decision: "answered", argvSha256: null } },
  ]);
  expect(JSON.stringify(lines)).not.toContain(secret);
});

test("only a change of what runs unasked is one of the policy", () => {
  const widened = { ...settings, approvalPolicy: "never" as const, sandbox: { type: "dangerFullAccess" as const } };
  const lines = derive(
    {
      type: "settings.changed",
      settings: { ...settings, model: "another", developerInstructions: secret },
      actor,
      at: 1,
    },
    { type: "settings.changed", settings: widened, at: 1 },
    { type: "settings.changed", settings, actor, at: 1 },
  );
  const before = { type: "readOnly", network: false };
  const after = { type: "dangerFullAccess", network: true };
  expect(lines).toEqual([
    {
      memberId: null,
      action: "policy.changed",
      subject: null,
      details: { approvalPolicy: { from: "untrusted", to: "never" }, sandbox: { from: before, to: after } },
    },
    {
      memberId: "ada",
      action: "policy.changed",
      subject: null,
      details: { approvalPolicy: { from: "never", to: "untrusted" }, sandbox: { from: after, to: before } },
    },
  ]);
});
