import { posix } from "node:path";
import type { ApprovalRequest, SandboxPolicy } from "@skein/timeline/event";
import type { PatchItem } from "@skein/timeline/item";
import { decidePatchApproval } from "../../approval/decide-approval.ts";
import { isGranted } from "../../approval/session-grants.ts";
import { readOutcome } from "../approval-answer.ts";
import type { ToolContext, ToolOutput } from "../tool.ts";
import { type AppliedPlan, applyPlan } from "./apply-plan.ts";
import { viewEnvironment } from "./file-state.ts";
import { parsePatch } from "./parse-patch.ts";
import { blobId } from "./turn-diff.ts";
import { type PatchPlan, presentSummary, verifyPatch } from "./verify-patch.ts";

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
  const parsed = parsePatch(call.patch);
  const verified = parsed.ok ? await verifyPatch(parsed.hunks, call.cwd, viewEnvironment(context.environment)) : parsed;
  if (!verified.ok) return failure(`apply_patch verification failed: ${verified.error}`);
  const { plan } = verified;

  const request: ApprovalRequest = { type: "patch", changes: plan.changes, reason: null, grantRoot: null };
  const verdict = decidePatchApproval({
    policy: context.settings.approvalPolicy,
    sandbox: context.settings.sandbox,
    cwd: context.settings.cwd,
    paths: plan.writes.map((write) => posix.normalize(write.path)),
    isGranted: isGranted(context.grants(), request),
  });
  if (verdict.type === "refuse") return failure(verdict.message);

  const startedAt = context.clock.now();
  const item = startedItem(call.callId, plan);
  await context.emit([{ type: "item.started", turnId: context.turnId, item }]);
  const close = (status: PatchItem["status"]) =>
    context.emit([{ type: "item.completed", turnId: context.turnId, item: { ...item, status }, startedAt }]);
  if (verdict.type === "ask") {
    const answer = readOutcome(await context.ask(item.id, { ...request, reason: verdict.reason }));
    if (answer.type === "refused") {
      await close(answer.status);
      return failure(`patch ${answer.message}`);
    }
  }
  return write(plan, verdict.sandbox, close, context);
}

async function write(
  plan: PatchPlan,
  policy: SandboxPolicy,
  close: (status: PatchItem["status"]) => Promise<void>,
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
    await close("failed");
    return failure(`Exit code: 1\n${wallTime}\nOutput:\n${applied.error}\n`);
  }
  await close("completed");
  patches.record(plan.writes);
  await context.emit([{ type: "diff.updated", turnId, diff: patches.diff(settings.cwd) }]);
  return { output: `Exit code: 0\n${wallTime}\nOutput:\n${presentSummary(plan.summary)}`, success: true };
}

function startedItem(id: string, plan: PatchPlan): PatchItem {
  return {
    type: "patch",
    id,
    changes: plan.changes,
    files: plan.writes.map(({ path, before, after }) => ({ path, before: blobId(before), after: blobId(after) })),
    status: "inProgress",
  };
}

function failure(output: string): ToolOutput {
  return { output, success: false };
}
