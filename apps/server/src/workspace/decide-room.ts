import type { DiskLimits } from "@skein/executor/tree/disk-use";
import type { WorkspaceQuota } from "../config-workspaces.ts";

/** How much a new workspace may take; null: nothing, because the tenant has used up what it may. */
export function decideRoom(quota: WorkspaceQuota, usedBytes: number): DiskLimits | null {
  const maxBytes = Math.min(quota.workspaceMaxBytes, quota.tenantMaxBytes - usedBytes);
  return maxBytes <= 0 ? null : { maxBytes, maxFiles: quota.workspaceMaxFiles };
}
