/** What an agent may do unasked, and where: the protocol's words for sandbox and approval policy. */
import { z } from "zod";

export const sandboxModeSchema = z.enum(["read-only", "workspace-write", "danger-full-access"]);
export type SandboxMode = z.infer<typeof sandboxModeSchema>;

export const sandboxPolicySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("dangerFullAccess") }),
  z.object({ type: z.literal("readOnly"), networkAccess: z.boolean().default(false) }),
  z.object({
    type: z.literal("externalSandbox"),
    networkAccess: z.enum(["restricted", "enabled"]).default("restricted"),
  }),
  z.object({
    type: z.literal("workspaceWrite"),
    writableRoots: z.array(z.string()).default([]),
    networkAccess: z.boolean().default(false),
    excludeTmpdirEnvVar: z.boolean().default(false),
    excludeSlashTmp: z.boolean().default(false),
  }),
]);
export type SandboxPolicy = z.infer<typeof sandboxPolicySchema>;

/** The granular form decides by kind of request; Skein accepts it on the wire and a handler says whether it can serve it. */
export const granularApprovalSchema = z.object({
  granular: z.object({
    sandbox_approval: z.boolean(),
    rules: z.boolean(),
    mcp_elicitations: z.boolean(),
    request_permissions: z.boolean().default(false),
    skill_approval: z.boolean().default(false),
  }),
});

export const askForApprovalSchema = z.union([z.enum(["untrusted", "on-request", "never"]), granularApprovalSchema]);
export type AskForApproval = z.infer<typeof askForApprovalSchema>;

export const approvalsReviewerSchema = z.enum(["user", "auto_review", "guardian_subagent"]);
export type ApprovalsReviewer = z.infer<typeof approvalsReviewerSchema>;

export const activePermissionProfileSchema = z.object({ id: z.string(), extends: z.string().nullable() });
export type ActivePermissionProfile = z.infer<typeof activePermissionProfileSchema>;
