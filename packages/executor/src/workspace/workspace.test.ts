import { expect, test } from "vitest";
import { componentsBelow, toSandboxPath } from "./workspace.ts";

test.each([
  ["/ws", "/ws/a/b", ["a", "b"]],
  ["/ws", "/ws", []],
  ["/ws/", "/ws//a/./b/../c/", ["a", "c"]],
  ["/", "/a", ["a"]],
  ["/ws", "/wsx/a", null],
  ["/ws", "/ws/../etc", null],
  ["/ws", "ws/a", null],
  ["/ws", "/ws/a\0b", null],
])("below %s, %s is %j", (root, path, expected) => {
  expect(componentsBelow(root, path)).toEqual(expected);
});

test("host paths become paths as commands see them", () => {
  const workspace = {
    id: "w",
    tenantId: "t",
    hostPath: "/data/workspaces/t/app",
    sandboxPath: "/workspaces/app",
    uid: 1,
    gid: 1,
  };
  expect(toSandboxPath(workspace, "/data/workspaces/t/app/src/a.ts")).toBe("/workspaces/app/src/a.ts");
  expect(toSandboxPath(workspace, "/data/workspaces/t")).toBeNull();
});
