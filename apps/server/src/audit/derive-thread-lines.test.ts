import { createHash } from "node:crypto";
import { initialState } from "@skein/core/thread/evolve";
import type { ApprovalRequest, NewThreadEvent, ThreadSettings } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { deriveThreadLines } from "./derive-thread-lines.ts";

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
  return lines.map(({ details, ...line }) => ({ ...line, details: JSON.parse(details) }));
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
