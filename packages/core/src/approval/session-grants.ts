/**
 * What a person allowed "for this session": exactly the same command under the same sandbox, or further edits of the
 * same files. Nothing is inferred from it: a different argument, directory or sandbox is asked about again.
 */
import type { ApprovalRequest } from "@skein/timeline/event";

/** Keys as `grantKeys` makes them. */
export type SessionGrants = ReadonlySet<string>;

export const noGrants: SessionGrants = new Set();

export function grantKeys(request: ApprovalRequest): readonly string[] {
  switch (request.type) {
    case "command":
      return [JSON.stringify(["command", request.argv, request.cwd, request.sandbox])];
    case "questions":
      return [];
    case "patch":
      return request.changes.flatMap((change) => {
        const moved = change.kind.type === "update" ? change.kind.movePath : null;
        return [change.path, ...(moved === null ? [] : [moved])].map((path) => JSON.stringify(["file", path]));
      });
  }
}

export function isGranted(grants: SessionGrants, request: ApprovalRequest): boolean {
  const keys = grantKeys(request);
  return keys.length > 0 && keys.every((key) => grants.has(key));
}

export function withGrant(grants: SessionGrants, request: ApprovalRequest): SessionGrants {
  return new Set([...grants, ...grantKeys(request)]);
}
