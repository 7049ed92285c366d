import { expect, test } from "vitest";
import { deriveSandboxIntent } from "./sandbox-intent.ts";

const workspace = { id: "w", tenantId: "t", hostPath: "/ws", sandboxPath: "/ws", uid: 1000, gid: 1000 };
const write = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
} as const;

test("policies that allow the same share a sandbox, others do not", () => {
  const key = (policy: Parameters<typeof deriveSandboxIntent>[0]) => deriveSandboxIntent(policy, workspace, false).key;
  expect(key({ ...write, writableRoots: ["/ws/sub"] })).toBe(key(write));
  const keys = [
    key(write),
    key({ type: "readOnly", networkAccess: false }),
    key({ type: "dangerFullAccess" }),
    key({ ...write, excludeSlashTmp: true }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("a policy never widens: a root outside is left out, and said", () => {
  const intent = deriveSandboxIntent({ ...write, writableRoots: ["/ws/../etc", "/ws/a"] }, workspace, false);
  expect(intent.notices).toEqual(["the writable root /ws/../etc lies outside the workspace and was left out"]);
});

test("network needs a policy that allows it and somebody who decides about it", () => {
  const network = (policy: Parameters<typeof deriveSandboxIntent>[0], gated: boolean) =>
    deriveSandboxIntent(policy, workspace, gated).network;
  expect(network({ type: "readOnly", networkAccess: true }, true)).toBe(true);
  expect(network({ type: "dangerFullAccess" }, true)).toBe(true);
  expect(network({ type: "readOnly", networkAccess: true }, false)).toBe(false);
  expect(network({ type: "dangerFullAccess" }, false)).toBe(false);
  expect(network({ type: "readOnly", networkAccess: false }, true)).toBe(false);
});

test("only a writable workspace under a policy protects the settings in it", () => {
  expect(deriveSandboxIntent(write, workspace, false).protectsSettings).toBe(true);
  expect(deriveSandboxIntent({ type: "dangerFullAccess" }, workspace, false).protectsSettings).toBe(false);
});
