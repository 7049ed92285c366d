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
  expect(isWorkspaceGone(cwd, workspaces)).toBe(gone);
});
