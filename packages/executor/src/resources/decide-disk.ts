import type { WorkspaceLimits } from "./limits.ts";
import type { DirectoryUse } from "./measure-directory.ts";
import type { Breach } from "./resource-groups.ts";

/** Room above its lowest point for what is over its limit already, so that commands which clear it up can run. */
const slack = { bytes: 1024 * 1024, files: 100 };

/**
 * `lowest`: what was measured least since the sandbox began. A workspace above its limit may be worked in, as the
 * way out is to delete something; what makes it grow is stopped.
 */
export function decideDisk(limits: WorkspaceLimits, lowest: DirectoryUse, now: DirectoryUse): Breach | null {
  if (now.bytes > Math.max(limits.bytes, lowest.bytes > limits.bytes ? lowest.bytes + slack.bytes : 0)) {
    return { type: "disk", usedBytes: now.bytes, limitBytes: limits.bytes };
  }
  if (now.files > Math.max(limits.files, lowest.files > limits.files ? lowest.files + slack.files : 0)) {
    return { type: "files", used: now.files, limit: limits.files };
  }
  return null;
}

export function lower(one: DirectoryUse | null, other: DirectoryUse): DirectoryUse {
  if (one === null) return other;
  return { bytes: Math.min(one.bytes, other.bytes), files: Math.min(one.files, other.files) };
}
