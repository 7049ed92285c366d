import type { Workspace } from "@skein/protocol/methods/workspace";
import { titleOf } from "../../session/title-of.ts";

/** Where a new thread works. `default`: the workspace that the server makes for a person who has chosen none. */
export type Place =
  | { readonly type: "workspace"; readonly workspace: Workspace }
  | { readonly type: "directory"; readonly path: string }
  | { readonly type: "default" };

/** The place used last; else the newest workspace; else the default one. */
export function choosePlace(workspaces: readonly Workspace[], lastCwd: string | null): Place {
  const usable = workspaces.filter(isUsable);
  const last = usable.find(({ root }) => root === lastCwd);
  if (last !== undefined) return { type: "workspace", workspace: last };
  if (lastCwd !== null && !isOurs(lastCwd)) return { type: "directory", path: lastCwd };
  const newest = usable.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  return newest === undefined ? { type: "default" } : { type: "workspace", workspace: newest };
}

/** Its files are there. */
export function isUsable({ state }: Workspace): boolean {
  return state === undefined || state.type === "ready";
}

/** One that the server made, and may have deleted since. */
function isOurs(path: string): boolean {
  return /^\/workspaces\/[^/]+$/.test(path);
}

/** What to start a thread with; null leaves the choice to the server. */
export function cwdOf(place: Place): string | null {
  switch (place.type) {
    case "workspace":
      return place.workspace.root;
    case "directory":
      return place.path;
    case "default":
      return null;
  }
}

/** Whether a thread may have a worktree of its own there. Of other directories nobody knows before it is tried. */
export function mayHaveWorktree(place: Place): boolean {
  return place.type === "directory" || (place.type === "workspace" && isOfGit(place.workspace));
}

function isOfGit({ source, origin }: Workspace): boolean {
  return source?.type === "repository" || origin === "opened";
}

export function placeLabel(place: Place): string {
  switch (place.type) {
    case "workspace":
      return titleOf(place.workspace);
    case "directory":
      return place.path;
    case "default":
      return "your default workspace";
  }
}

/** Why nothing can be done in a place now, as a sentence; null when something can. `workspaces`: as last heard of. */
export function placeProblem(place: Place, workspaces: readonly Workspace[]): string | null {
  if (place.type !== "workspace") return null;
  const { runner } = workspaces.find(({ id }) => id === place.workspace.id) ?? place.workspace;
  return runner === undefined || runner.absence === null ? null : `Its runner ${runner.name} is away.`;
}

/** What is wrong with a directory that was typed; null when the server may be asked. */
export function checkDirectory(path: string): string | null {
  if (path.trim() === "") return "Type the directory's path.";
  if (!path.startsWith("/")) return "The path must begin with a slash.";
  return null;
}
