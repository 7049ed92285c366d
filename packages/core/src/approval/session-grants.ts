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
    case "network":
      return [connectionKey(request)];
    case "patch":
      return request.changes.flatMap((change) => {
        const moved = change.kind.type === "update" ? change.kind.movePath : null;
        return [change.path, ...(moved === null ? [] : [moved])].map((path) => JSON.stringify(["file", path]));
      });
  }
}

/** What a person decided about a host for the thread: this port of it, or all of it. */
export function decidedAbout(grants: SessionGrants, { host, port }: Connection): "allow" | "deny" | null {
  if (grants.has(hostKey(host, "deny"))) return "deny";
  return grants.has(hostKey(host, "allow")) || grants.has(connectionKey({ host, port })) ? "allow" : null;
}

/** The later word about a host counts, and takes back what was allowed of it before. */
export function withNetworkRule(grants: SessionGrants, host: string, action: "allow" | "deny"): SessionGrants {
  const ofHost = JSON.stringify(["network", host]).slice(0, -1);
  return new Set([...[...grants].filter((key) => !key.startsWith(`${ofHost},`)), hostKey(host, action)]);
}

interface Connection {
  readonly host: string;
  readonly port: number;
}

function connectionKey({ host, port }: Connection): string {
  return JSON.stringify(["network", host, port]);
}

function hostKey(host: string, action: "allow" | "deny"): string {
  return JSON.stringify(["network", host, action]);
}

export function isGranted(grants: SessionGrants, request: ApprovalRequest): boolean {
  const keys = grantKeys(request);
  return keys.length > 0 && keys.every((key) => grants.has(key));
}

export function withGrant(grants: SessionGrants, request: ApprovalRequest): SessionGrants {
  return new Set([...grants, ...grantKeys(request)]);
}
