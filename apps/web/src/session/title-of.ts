import type { Workspace } from "@skein/protocol/methods/workspace";

/** What people call a workspace. */
export function titleOf({ title, name }: Pick<Workspace, "title" | "name">): string {
  return title ?? name;
}
