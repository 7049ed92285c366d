import type { Workspace } from "@skein/protocol/methods/workspace";

/** Where a new thread works: a workspace by its id, or a directory by its path. */
export type Place =
  | { readonly type: "workspace"; readonly workspace: Workspace }
  | { readonly type: "directory"; readonly path: string };

/** The place used last, if it still exists; else the newest workspace; null when there is none. */
export function choosePlace(workspaces: readonly Workspace[], lastCwd: string | null): Place | null {
  const last = workspaces.find(({ root }) => root === lastCwd);
  if (last !== undefined) return { type: "workspace", workspace: last };
  if (lastCwd !== null) return { type: "directory", path: lastCwd };
  const newest = workspaces.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  return newest === undefined ? null : { type: "workspace", workspace: newest };
}

export function cwdOf(place: Place): string {
  return place.type === "workspace" ? place.workspace.root : place.path;
}

export function placeLabel(place: Place): string {
  return place.type === "workspace" ? place.workspace.name : place.path;
}

/** What is wrong with a directory that was typed; null when the server may be asked. */
export function checkDirectory(path: string): string | null {
  if (path.trim() === "") return "Type the directory's path.";
  if (!path.startsWith("/")) return "The path must begin with a slash.";
  return null;
}
