/** How much of the disk workspaces may take. */
import type { LimitSettings } from "@skein/executor/resources/limit-settings";
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
  SKEIN_LIMIT_TENANT_DISK_MB: count(51_200),
  SKEIN_LIMIT_UPLOAD_MB: count(1024),
};

/** `workspace`: what commands in one are held to, too. */
export function readWorkspaceQuota(
  values: Readonly<Record<keyof typeof workspaceVariables, number>>,
  { workspace }: Pick<LimitSettings, "workspace">,
): WorkspaceQuota {
  return {
    tenantMaxBytes: values.SKEIN_LIMIT_TENANT_DISK_MB * mebibyte,
    workspaceMaxBytes: workspace.bytes,
    workspaceMaxFiles: workspace.files,
    uploadMaxBytes: values.SKEIN_LIMIT_UPLOAD_MB * mebibyte,
  };
}
