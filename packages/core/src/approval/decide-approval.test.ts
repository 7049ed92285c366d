import type { ApprovalPolicy, ApprovalRequest, SandboxPolicy } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { decideCommandApproval, decidePatchApproval } from "./decide-approval.ts";
import { isGranted, noGrants, withGrant } from "./session-grants.ts";

const readOnly: SandboxPolicy = { type: "readOnly", networkAccess: false };
const workspace: SandboxPolicy = {
  type: "workspaceWrite",
  writableRoots: ["/data"],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};
const full: SandboxPolicy = { type: "dangerFullAccess" };

test.each([
  // policy, sandbox, known safe, escalated, granted → verdict, sandbox it runs in
  ["on-request", workspace, false, false, false, "run", workspace],
  ["on-request", workspace, false, true, false, "ask", full],
  ["on-request", workspace, false, true, true, "run", full],
  ["on-request", full, false, true, false, "run", full],
  ["never", readOnly, false, false, false, "run", readOnly],
  ["never", readOnly, false, true, false, "refuse", null],
  ["never", readOnly, false, true, true, "refuse", null],
  ["never", full, false, true, false, "run", full],
  ["untrusted", workspace, true, false, false, "run", workspace],
  ["untrusted", workspace, false, false, false, "ask", workspace],
  ["untrusted", workspace, false, false, true, "run", workspace],
  ["untrusted", workspace, true, true, false, "ask", full],
] as [ApprovalPolicy, SandboxPolicy, boolean, boolean, boolean, string, SandboxPolicy | null][])(
  "%s, %o: safe %s, escalated %s, granted %s: %s",
  (policy, sandbox, isKnownSafe, isEscalated, isGrantedBefore, type, runsIn) => {
    const escalation = isEscalated ? { justification: "Why not?" } : null;
    const verdict = decideCommandApproval({ policy, sandbox, isKnownSafe, escalation, isGranted: isGrantedBefore });
    expect(verdict).toMatchObject(runsIn === null ? { type } : { type, sandbox: runsIn });
    if (verdict.type === "ask") expect(verdict.reason).toBe(isEscalated ? "Why not?" : null);
  },
);

test.each([
  ["on-request", workspace, ["/desk/a.txt", "/data/b"], "run"],
  ["on-request", workspace, ["/tmp/x"], "run"],
  ["on-request", workspace, ["/desk/../etc/passwd"], "ask"],
  ["on-request", workspace, ["/workshop/a"], "ask"],
  ["on-request", workspace, ["/desk/.git/hooks/pre-commit"], "ask"],
  ["on-request", readOnly, ["/desk/a.txt"], "ask"],
  ["on-request", full, ["/etc/hosts"], "run"],
  ["never", workspace, ["/etc/hosts"], "refuse"],
  ["never", workspace, ["/desk/a.txt"], "run"],
  ["untrusted", workspace, ["/desk/a.txt"], "ask"],
] as [ApprovalPolicy, SandboxPolicy, string[], string][])(
  "%s, %o: a patch of %j: %s",
  (policy, sandbox, paths, type) => {
    expect(decidePatchApproval({ policy, sandbox, cwd: "/desk", paths, isGranted: false }).type).toBe(type);
  },
);

test("a granted patch runs where it has to write", () => {
  const question = { policy: "on-request", sandbox: workspace, cwd: "/desk", isGranted: true } as const;
  expect(decidePatchApproval({ ...question, paths: ["/etc/hosts"] })).toEqual({ type: "run", sandbox: full });
  expect(decidePatchApproval({ ...question, paths: ["/desk/a"] })).toEqual({ type: "run", sandbox: workspace });
});

function command(change: Partial<Extract<ApprovalRequest, { type: "command" }>> = {}): ApprovalRequest {
  const request = {
    type: "command",
    argv: ["ls", "-l"],
    command: "ls -l",
    cwd: "/desk",
    actions: [],
    reason: null,
  } as const;
  return { ...request, sandbox: full, ...change };
}

function patch(...paths: string[]): ApprovalRequest {
  const changes = paths.map((path) => ({ path, kind: { type: "add" } as const, diff: "" }));
  return { type: "patch", changes, reason: null, grantRoot: null };
}

test("a grant covers the same command in the same place and sandbox, and nothing else", () => {
  const grants = withGrant(noGrants, command());
  expect(isGranted(grants, command({ reason: "another reason" }))).toBe(true);
  expect(isGranted(grants, command({ argv: ["ls", "-la"] }))).toBe(false);
  expect(isGranted(grants, command({ cwd: "/elsewhere" }))).toBe(false);
  expect(isGranted(grants, command({ sandbox: readOnly }))).toBe(false);
});

test("a grant of a patch covers later edits of its files, where all of them are covered", () => {
  const grants = withGrant(noGrants, patch("/desk/a", "/desk/b"));
  expect(isGranted(grants, patch("/desk/a"))).toBe(true);
  expect(isGranted(grants, patch("/desk/a", "/desk/c"))).toBe(false);
  expect(isGranted(grants, patch())).toBe(false);
});

test("a moved file counts with both its names", () => {
  const move: ApprovalRequest = {
    type: "patch",
    changes: [{ path: "/desk/a", kind: { type: "update", movePath: "/etc/a" }, diff: "" }],
    reason: null,
    grantRoot: null,
  };
  expect(isGranted(withGrant(noGrants, patch("/desk/a")), move)).toBe(false);
});
