import type { Workspace } from "@skein/protocol/methods/workspace";
import { expect, test } from "vitest";
import { isWorkspaceGone } from "./derive-gone.ts";

const app: Workspace = { id: "w", name: "app", root: "/workspaces/app", origin: "created", createdAt: 0 };

test.each([
  ["/workspaces/app", [app], false],
  ["/workspaces/app/.worktrees/a1", [app], false],
  ["/workspaces/old", [app], true],
  ["/workspaces/old/src", [], true],
  ["/workspaces/old", null, false],
  ["/home/ada/project", [], false],
  ["/", [], false],
])("%s among %j", (cwd, workspaces, gone) => {
  expect(isWorkspaceGone({ cwd, workspaceId: null }, workspaces)).toBe(gone);
});

test("a workspace that has the name of a deleted one is another", () => {
  const cwd = "/workspaces/app/src";
  expect(isWorkspaceGone({ cwd, workspaceId: "w" }, [app])).toBe(false);
  expect(isWorkspaceGone({ cwd, workspaceId: "w" }, [{ ...app, id: "another" }])).toBe(true);
  expect(isWorkspaceGone({ cwd: "/home/ada/project", workspaceId: "w" }, [])).toBe(false);
});
