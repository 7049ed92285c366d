/** How much of the disk workspaces may take. */
import { z } from "zod";

const mebibyte = 1024 * 1024;

export interface WorkspaceQuota {
  /** Of all of a tenant's workspaces together. */
  readonly tenantMaxBytes: number;
  readonly workspaceMaxBytes: number;
  readonly workspaceMaxFiles: number;
  /** Of an archive as it is sent. */
  readonly uploadMaxBytes: number;
}

const count = (fallback: number) =>
  z.preprocess(
    (value) => (value === "" || value === undefined ? String(fallback) : value),
    z
      .string()
      .regex(/^\d{1,12}$/, "must be a whole number")
      .transform(Number)
      .pipe(z.number().min(1, "must be at least 1")),
  );

export const workspaceVariables = {
  SKEIN_LIMIT_WORKSPACE_MB: count(10_240),
  SKEIN_LIMIT_WORKSPACE_FILES: count(1_000_000),
  SKEIN_LIMIT_TENANT_DISK_MB: count(51_200),
  SKEIN_LIMIT_UPLOAD_MB: count(1024),
};

export function readWorkspaceQuota(values: Readonly<Record<keyof typeof workspaceVariables, number>>): WorkspaceQuota {
  return {
    tenantMaxBytes: values.SKEIN_LIMIT_TENANT_DISK_MB * mebibyte,
    workspaceMaxBytes: values.SKEIN_LIMIT_WORKSPACE_MB * mebibyte,
    workspaceMaxFiles: values.SKEIN_LIMIT_WORKSPACE_FILES,
    uploadMaxBytes: values.SKEIN_LIMIT_UPLOAD_MB * mebibyte,
  };
}
