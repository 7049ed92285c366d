import type { NetworkJudgement, NetworkRequest } from "@skein/core/ports";
import { matchesHost } from "@skein/executor/egress/host-pattern";
import { type NetworkPolicy, patternsOf } from "./network-policies.ts";

export function judgeConnection(policy: NetworkPolicy, request: NetworkRequest): NetworkJudgement {
  if (policy.mode === "off") return { type: "deny", reason: "the network is off for this team" };
  if (patternsOf(policy).some((pattern) => matchesHost(pattern, request))) return { type: "allow" };
  if (policy.mode === "ask") return { type: "ask" };
  return { type: "deny", reason: `${request.host}, port ${request.port}, is not on the team's list of hosts` };
}
