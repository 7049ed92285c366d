import type { Workspace } from "@skein/protocol/methods/workspace";
import { expect, test } from "vitest";
import { evolveWorkspaces } from "./evolve-workspaces.ts";

const app: Workspace = { id: "w", name: "app", root: "/workspaces/app", origin: "created", createdAt: 0 };
const known: readonly Workspace[] = [{ ...app, mayDelete: true, threads: 3 }];

test("a change keeps what depends on the reader", () => {
  const workspace: Workspace = { ...app, state: { type: "failed", message: "no" } };
  expect(evolveWorkspaces(known, { method: "skein/workspace/changed", params: { workspace } })).toEqual([
    { ...workspace, mayDelete: true, threads: 3 },
  ]);
});

test("a new one is added, a deleted one goes", () => {
  const workspace = { ...app, id: "v" };
  const more = evolveWorkspaces(known, { method: "skein/workspace/changed", params: { workspace } });
  expect(more).toEqual([...known, workspace]);
  expect(evolveWorkspaces(more, { method: "skein/workspace/deleted", params: { workspaceId: "w" } })).toEqual([
    workspace,
  ]);
});

test("what is about something else changes nothing", () => {
  expect(evolveWorkspaces(known, { method: "thread/deleted", params: { threadId: "t" } })).toBe(known);
});
