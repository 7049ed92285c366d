import { posix } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ApprovalRequest, SandboxPolicy, ThreadEventBody } from "@skein/timeline/event";
import type { PatchedFile, PatchItem } from "@skein/timeline/item";
import { type ApprovalVerdict, decidePatchApproval } from "../../approval/decide-approval.ts";
import { isGranted } from "../../approval/session-grants.ts";
import { readOutcome } from "../approval-answer.ts";
import { type AskedCall, effectOf, type ToolContext, type ToolOutput } from "../tool.ts";
import { type AppliedPlan, applyPlan } from "./apply-plan.ts";
import { viewEnvironment } from "./file-state.ts";
import { parsePatch } from "./parse-patch.ts";
import { blobId } from "./turn-diff.ts";
import { type PatchPlan, presentSummary, type VerifiedPatch, verifyPatch } from "./verify-patch.ts";

type PatchRequest = Extract<ApprovalRequest, { type: "patch" }>;

export interface PatchCall {
  /** Becomes the item's id. */
  readonly callId: string;
  readonly patch: string;
  /** Absolute; what the patch's paths are relative to. */
  readonly cwd: string;
}

/**
 * A patch from the model, start to end: worked out in full, shown as an item, approved where the policy wants it,
 * written. A patch that does not apply touches nothing and makes no item; only the model hears of it.
 */
export async function runPatchCall(call: PatchCall, context: ToolContext): Promise<ToolOutput> {
  const verified = await verify(call, context);
  if (!verified.ok) return failure(`apply_patch verification failed: ${verified.error}`);
  const { plan } = verified;
  const request = requestFor(plan);
  const verdict = decide(plan, request, context);
  if (verdict.type === "refuse") return failure(verdict.message);
  const opened = { item: startedItem(call.callId, plan), startedAt: context.clock.now() };
  if (verdict.type === "ask") {
    return writeWhenAllowed(plan, opened, { ...request, reason: verdict.reason }, verdict.sandbox, context);
  }
  await context.emit([{ type: "item.started", turnId: context.turnId, item: opened.item }]);
  return write(plan, opened, verdict.sandbox, context);
}

/** Only what was asked is written: when the files have changed since, it is not that patch any more. */
export async function resumePatchCall(call: PatchCall, asked: AskedCall, context: ToolContext): Promise<ToolOutput> {
  const { request, startedAt, ...opened } = effectOf(asked);
  const item = opened.item as PatchItem;
  const verified = await verify(call, context);
  const isSame = verified.ok && isDeepStrictEqual(patchedFiles(verified.plan), item.files);
  const plan = isSame ? verified.plan : null;
  const verdict = plan === null ? null : decide(plan, request, context);
  const sandbox = verdict === null || verdict.type === "refuse" ? context.settings.sandbox : verdict.sandbox;
  return writeWhenAllowed(plan, { item, startedAt }, request, sandbox, context);
}

async function verify(call: PatchCall, context: ToolContext): Promise<VerifiedPatch> {
  const parsed = parsePatch(call.patch);
  return parsed.ok ? verifyPatch(parsed.hunks, call.cwd, viewEnvironment(context.environment)) : parsed;
}

function requestFor(plan: PatchPlan): PatchRequest {
  return { type: "patch", changes: plan.changes, reason: null, grantRoot: null };
}

function decide(plan: PatchPlan, request: ApprovalRequest, { settings, grants }: ToolContext): ApprovalVerdict {
  return decidePatchApproval({
    policy: settings.approvalPolicy,
    sandbox: settings.sandbox,
    cwd: settings.cwd,
    paths: plan.writes.map((write) => posix.normalize(write.path)),
    isGranted: isGranted(grants(), request),
  });
}

/** The item as it was started, and when. */
interface Opened {
  readonly item: PatchItem;
  readonly startedAt: number;
}

/** `plan: null`: the files are not any more what the patch was worked out on. */
async function writeWhenAllowed(
  plan: PatchPlan | null,
  opened: Opened,
  request: ApprovalRequest,
  policy: SandboxPolicy,
  context: ToolContext,
): Promise<ToolOutput> {
  const answer = readOutcome(await context.ask(opened.item, request));
  if (answer.type === "refused") {
    await context.emit([closing(opened, answer.status, context)]);
    return failure(`patch ${answer.message}`);
  }
  if (plan !== null) return write(plan, opened, policy, context);
  await context.emit([closing(opened, "failed", context)]);
  return failure("The files have changed since the patch was checked; nothing was written");
}

async function write(
  plan: PatchPlan,
  opened: Opened,
  policy: SandboxPolicy,
  context: ToolContext,
): Promise<ToolOutput> {
  const { environment, clock, patches, settings, turnId } = context;
  const startedMs = clock.monotonic();
  const applied: AppliedPlan = context.signal.aborted
    ? { ok: false, error: "aborted by user" }
    : await applyPlan(plan.writes, {
        ...viewEnvironment(environment),
        writeFile: (path, bytes) => environment.writeFile(path, bytes, policy),
        removeFile: (path) => environment.removeFile(path, policy),
      });
  const wallTime = `Wall time: ${((clock.monotonic() - startedMs) / 1000).toFixed(1)} seconds`;
  if (!applied.ok) {
    await context.emit([closing(opened, "failed", context)]);
    return failure(`Exit code: 1\n${wallTime}\nOutput:\n${applied.error}\n`);
  }
  patches.record(plan.writes);
  const diff = patches.diff(settings.cwd);
  // Together, so that no restart finds a patch that the turn's diff does not know.
  await context.emit([closing(opened, "completed", context), { type: "diff.updated", turnId, diff }]);
  return { output: `Exit code: 0\n${wallTime}\nOutput:\n${presentSummary(plan.summary)}`, success: true };
}

function closing(
  { item, startedAt }: Opened,
  status: PatchItem["status"],
  { turnId }: ToolContext,
): Extract<ThreadEventBody, { type: "item.completed" }> {
  return { type: "item.completed", turnId, item: { ...item, status }, startedAt };
}

function patchedFiles(plan: PatchPlan): readonly PatchedFile[] {
  return plan.writes.map(({ path, before, after }) => ({ path, before: blobId(before), after: blobId(after) }));
}

function startedItem(id: string, plan: PatchPlan): PatchItem {
  return {
    type: "patch",
    id,
    changes: plan.changes,
    files: patchedFiles(plan),
    status: "inProgress",
  };
}

function failure(output: string): ToolOutput {
  return { output, success: false };
}
