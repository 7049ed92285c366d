/** Whether a command may connect to a host: what the tenant says comes first, then what was decided for the thread, then a person. */
import type { ApprovalPolicy } from "@skein/timeline/event";
import type { NetworkJudgement, NetworkRequest } from "../ports.ts";
import { decidedAbout, type SessionGrants } from "./session-grants.ts";

export type ConnectionVerdict =
  | { readonly type: "allow"; readonly by: "policy" | "thread" }
  | { readonly type: "ask" }
  | { readonly type: "deny"; readonly by: "policy" | "thread"; readonly reason: string };

export function decideConnection(
  request: NetworkRequest,
  known: {
    readonly judgement: NetworkJudgement;
    readonly grants: SessionGrants;
    readonly approvalPolicy: ApprovalPolicy;
  },
): ConnectionVerdict {
  const { judgement, grants, approvalPolicy } = known;
  const { host } = request;
  if (judgement.type === "deny") return { type: "deny", by: "policy", reason: judgement.reason };
  const decided = decidedAbout(grants, request);
  if (decided === "deny") return { type: "deny", by: "thread", reason: `${host} was refused for this thread` };
  if (judgement.type === "allow") return { type: "allow", by: "policy" };
  if (decided === "allow") return { type: "allow", by: "thread" };
  if (approvalPolicy !== "never") return { type: "ask" };
  const reason = `${host} is not on the team's list, and the approval policy is never: nobody can be asked`;
  return { type: "deny", by: "policy", reason };
}
