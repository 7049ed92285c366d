/** Turns the script of a turn into events. */
import type { ApprovalOutcome, ApprovalRequest } from "../event.ts";
import { addWhole, agentMessage, command, type LogBuilder, patch, reasoning, userMessage } from "./log-builder.ts";
import type { Step, TurnScript } from "./turn-script.ts";

/** What a background command still has to write after its turn, piece by piece. */
type Afterwards = (() => void)[];

/** `afterwards` comes from earlier turns and is mixed into this one; what this turn leaves is returned. */
export function writeTurn(log: LogBuilder, script: TurnScript, running: boolean, afterwards: Afterwards): Afterwards {
  const turnId = log.id("turn");
  const startedAt = log.nowMs;
  const left: Afterwards = [];
  log.add({ type: "turn.started", turnId, actor: null });
  const [messageId, ...waiting] = log.waiting;
  if (messageId !== undefined) log.add({ type: "queue.taken", messageId, turnId });
  log.waiting = waiting;
  addWhole(log, turnId, userMessage(log.id("user"), `do ${turnId}`));
  for (const step of script.steps) {
    writeStep(log, turnId, step, left);
    afterwards.shift()?.();
  }
  const remaining = [...afterwards, ...left];
  if (running) return remaining;
  const { status } = script;
  const error = { message: "it broke", kind: "other", httpStatusCode: null, details: null };
  if (status === "failed") log.add({ type: "error.reported", turnId, error, willRetry: false });
  log.add({
    type: "turn.completed",
    turnId,
    status,
    error: status === "failed" ? error : null,
    startedAt,
    durationMs: log.nowMs - startedAt,
    finalMessage: null,
  });
  return remaining;
}

function writeStep(log: LogBuilder, turnId: string, step: Step, left: Afterwards): void {
  switch (step.kind) {
    case "message":
      writeMessage(log, turnId, step.texts, step.end === "closed");
      break;
    case "retry":
      writeMessage(log, turnId, step.texts, false);
      log.add({
        type: "error.reported",
        turnId,
        error: { message: "again", kind: "responseStreamDisconnected", httpStatusCode: null, details: null },
        willRetry: true,
      });
      break;
    case "reasoning":
      writeReasoning(log, turnId, step.parts, step.raw);
      break;
    case "commands":
      writeCommands(log, turnId, step.outputs, step.end, left);
      break;
    case "approval":
      writeApproval(log, turnId, step.about, step.decision);
      break;
    case "questions":
      writeQuestions(log, turnId, step.texts, step.outcome);
      break;
    case "warning": {
      const runner = step.state === null ? null : { name: "build", state: step.state };
      log.add({ type: "warning.reported", turnId, message: "careful here", runner });
      break;
    }
    case "steer":
      addWhole(log, turnId, userMessage(log.id("user"), step.text));
      break;
    case "plan":
      log.add({ type: "plan.updated", turnId, explanation: null, plan: [{ step: step.step, status: "pending" }] });
      break;
    case "diff":
      log.add({ type: "diff.updated", turnId, diff: step.diff });
      break;
    case "usage":
      writeUsage(log, turnId, step.tokens);
      break;
    case "modelItems":
      log.add({ type: "model.items", turnId, items: [{}], context: null });
  }
}

function writeMessage(log: LogBuilder, turnId: string, texts: readonly string[], closed: boolean): void {
  const itemId = log.id("msg");
  const startedAt = log.nowMs;
  log.add({ type: "item.started", turnId, item: agentMessage(itemId, "") });
  for (const text of texts) log.add({ type: "item.chunk", turnId, itemId, channel: "text", index: 0, text });
  if (closed) log.add({ type: "item.completed", turnId, item: agentMessage(itemId, texts.join("")), startedAt });
}

function writeReasoning(log: LogBuilder, turnId: string, parts: readonly string[][], raw: readonly string[]): void {
  const itemId = log.id("rs");
  const startedAt = log.nowMs;
  log.add({ type: "item.started", turnId, item: reasoning(itemId, [], []) });
  for (const [index, texts] of parts.entries()) {
    log.add({ type: "item.summaryPart", turnId, itemId, index });
    for (const text of texts) log.add({ type: "item.chunk", turnId, itemId, channel: "summary", index, text });
  }
  for (const text of raw) log.add({ type: "item.chunk", turnId, itemId, channel: "reasoning", index: 0, text });
  const summary = parts.map((texts) => texts.join(""));
  log.add({ type: "item.completed", turnId, item: reasoning(itemId, summary, [raw.join("")]), startedAt });
}

/** Their chunks interleave; those closed after the turn go on writing under later turns. */
function writeCommands(
  log: LogBuilder,
  turnId: string,
  outputs: readonly (readonly string[])[],
  end: string,
  left: Afterwards,
): void {
  const startedAt = log.nowMs;
  const running = outputs.map((texts) => ({ itemId: log.id("call"), texts }));
  for (const { itemId } of running) log.add({ type: "item.started", turnId, item: command(itemId) });
  const pieces: Afterwards = [];
  for (let round = 0; round < Math.max(...outputs.map((texts) => texts.length)); round += 1) {
    for (const { itemId, texts } of running) {
      const text = texts[round];
      if (text === undefined) continue;
      pieces.push(() => log.add({ type: "item.chunk", turnId, itemId, channel: "output", index: 0, text }));
    }
  }
  for (const { itemId, texts } of end === "left open" ? [] : running) {
    const item = command(itemId, { status: "completed", output: texts.join(""), exitCode: 0, durationMs: 5 });
    pieces.push(() => log.add({ type: "item.completed", turnId, item, startedAt }));
  }
  const inTurn = end === "closed after the turn" ? Math.floor(pieces.length / 3) : pieces.length;
  for (const write of pieces.slice(0, inTurn)) write();
  left.push(...pieces.slice(inTurn));
}

function writeApproval(
  log: LogBuilder,
  turnId: string,
  about: "command" | "patch",
  decision: "accept" | "decline" | "cancel",
): void {
  const itemId = log.id("call");
  const approvalId = log.id("approval");
  const startedAt = log.nowMs;
  const open = about === "command" ? command(itemId, { processId: null }) : patch(itemId, "inProgress");
  log.add({ type: "item.started", turnId, item: open });
  log.add({ type: "approval.requested", approvalId, turnId, itemId, request: requestAbout(about) });
  log.add({
    ...{ type: "approval.resolved", approvalId, turnId, itemId },
    ...{ outcome: { type: "decided", decision }, actor: null },
  });
  const status = decision === "accept" ? "completed" : "declined";
  log.add({ type: "item.completed", turnId, item: { ...open, status }, startedAt });
}

/** One question per text, with the text as its answer. */
function writeQuestions(
  log: LogBuilder,
  turnId: string,
  texts: readonly string[],
  outcome: "answered" | "withdrawn" | "failed",
): void {
  const [itemId, approvalId] = [log.id("call"), log.id("approval")];
  const options = [{ label: "A", description: "the first" }];
  const questions = texts.map((question, index) => ({
    ...{ id: `q${index}`, header: "Pick", question },
    options: index === 0 ? options : null,
  }));
  log.add({ type: "approval.requested", approvalId, turnId, itemId, request: { type: "questions", questions } });
  const answers = Object.fromEntries(texts.map((text, index) => [`q${index}`, [text]]));
  const outcomes: Record<typeof outcome, ApprovalOutcome> = {
    answered: { type: "answered", answers },
    withdrawn: { type: "withdrawn" },
    failed: { type: "failed", message: "no such method" },
  };
  const actor = outcome === "withdrawn" ? null : { memberId: "member-1", clientName: "test" };
  log.add({ type: "approval.resolved", approvalId, turnId, itemId, outcome: outcomes[outcome], actor });
}

function requestAbout(about: "command" | "patch"): ApprovalRequest {
  const sandbox = { type: "readOnly" as const, networkAccess: false };
  return about === "command"
    ? { type: "command", argv: ["ls"], command: "ls", cwd: "/desk", actions: [], reason: null, sandbox }
    : { type: "patch", changes: [], reason: null, grantRoot: null };
}

function writeUsage(log: LogBuilder, turnId: string, tokens: number): void {
  const counts = {
    ...{ totalTokens: tokens, inputTokens: tokens, cachedInputTokens: 0 },
    ...{ cacheWriteInputTokens: 0, outputTokens: 0, reasoningOutputTokens: 0 },
  };
  log.add({ type: "usage.updated", turnId, total: counts, last: counts, modelContextWindow: null });
}
