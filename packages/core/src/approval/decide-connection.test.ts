import type { ApprovalRequest } from "@skein/timeline/event";
import { expect, test } from "vitest";
import type { NetworkJudgement } from "../ports.ts";
import { decideConnection } from "./decide-connection.ts";
import { noGrants, type SessionGrants, withGrant, withNetworkRule } from "./session-grants.ts";

const request = { host: "example.org", port: 443, protocol: "https" } as const;
const approved: ApprovalRequest = { type: "network", ...request, command: "curl", cwd: "/ws" };
const [allow, ask]: readonly NetworkJudgement[] = [{ type: "allow" }, { type: "ask" }];
const off: NetworkJudgement = { type: "deny", reason: "off" };
const forSession = withGrant(noGrants, approved);
const allowed = withNetworkRule(noGrants, "example.org", "allow");
const refused = withNetworkRule(noGrants, "example.org", "deny");

const decide = (
  judgement: NetworkJudgement | undefined,
  grants: SessionGrants,
  policy: "never" | "on-request" = "on-request",
) => decideConnection(request, { judgement: judgement!, grants, approvalPolicy: policy });

test.each([
  ["the tenant's no, whatever was allowed for the thread", off, allowed, "deny", "policy"],
  ["the thread's no, although the tenant's list has the host", allow, refused, "deny", "thread"],
  ["the tenant's list", allow, noGrants, "allow", "policy"],
  ["what was allowed for the session", ask, forSession, "allow", "thread"],
  ["a rule for the host", ask, allowed, "allow", "thread"],
])("%s decides", (_name, judgement, grants, type, by) => {
  expect(decide(judgement, grants)).toMatchObject({ type, by });
});

test("a person decides about the rest, unless nobody may be asked", () => {
  expect(decide(ask, noGrants)).toEqual({ type: "ask" });
  expect(decide(ask, noGrants, "never")).toMatchObject({ type: "deny", by: "policy" });
});

test("what was allowed for the session is the port, a rule is the host", () => {
  const other = { ...request, port: 8443 };
  const about = (grants: SessionGrants) =>
    decideConnection(other, { judgement: { type: "ask" }, grants, approvalPolicy: "on-request" }).type;
  expect(about(forSession)).toBe("ask");
  expect(about(allowed)).toBe("allow");
  expect(about(withNetworkRule(noGrants, "sub.example.org", "allow"))).toBe("ask");
});

test("the later rule for a host counts, and leaves others and commands alone", () => {
  const command: ApprovalRequest = {
    ...{ type: "command", argv: ["x"], command: "x", cwd: "/", actions: [], reason: null },
    sandbox: { type: "dangerFullAccess" },
  };
  const before = withNetworkRule(withGrant(withGrant(noGrants, command), approved), "other.example", "allow");
  const after = withNetworkRule(before, "example.org", "deny");
  expect(decide(ask, after).type).toBe("deny");
  expect(decide(ask, withNetworkRule(after, "example.org", "allow")).type).toBe("allow");
  expect(after.size).toBe(3);
});
