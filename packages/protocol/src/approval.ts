/** What a client is asked before a command runs or files change, and what it may answer. */
import { z } from "zod";
import { commandActionSchema } from "./command-action.ts";

const networkPolicyAmendmentSchema = z.object({ host: z.string(), action: z.enum(["allow", "deny"]) });

export const commandApprovalDecisionSchema = z.union([
  z.enum(["accept", "acceptForSession", "decline", "cancel"]),
  z.object({ acceptWithExecpolicyAmendment: z.object({ execpolicy_amendment: z.array(z.string()) }) }),
  z.object({ applyNetworkPolicyAmendment: z.object({ network_policy_amendment: networkPolicyAmendmentSchema }) }),
]);
export type CommandApprovalDecision = z.infer<typeof commandApprovalDecisionSchema>;

export const fileChangeApprovalDecisionSchema = z.enum(["accept", "acceptForSession", "decline", "cancel"]);
export type FileChangeApprovalDecision = z.infer<typeof fileChangeApprovalDecisionSchema>;

/** `additionalPermissions` is passed on unread: Skein never proposes any. */
export const commandApprovalParamsSchema = z.object({
  kind: z.enum(["command", "writeStdin", "humanCommand"]).default("command"),
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  approvalId: z.string().nullish(),
  startedAtMs: z.int(),
  environmentId: z.string().nullish(),
  reason: z.string().nullish(),
  command: z.string().nullish(),
  cwd: z.string().nullish(),
  commandActions: z.array(commandActionSchema).nullish(),
  proposedExecpolicyAmendment: z.array(z.string()).nullish(),
  proposedNetworkPolicyAmendments: z.array(networkPolicyAmendmentSchema).nullish(),
  networkApprovalContext: z
    .object({ host: z.string(), protocol: z.enum(["http", "https", "socks5Tcp", "socks5Udp"]) })
    .nullish(),
  additionalPermissions: z.record(z.string(), z.unknown()).nullish(),
  availableDecisions: z.array(commandApprovalDecisionSchema).nullish(),
});
export type CommandApprovalParams = z.infer<typeof commandApprovalParamsSchema>;

/** The changes themselves are in the item that `itemId` names. */
export const fileChangeApprovalParamsSchema = z.object({
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  startedAtMs: z.int(),
  reason: z.string().nullish(),
  grantRoot: z.string().nullish(),
});
export type FileChangeApprovalParams = z.infer<typeof fileChangeApprovalParamsSchema>;
