import { useEffect } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { isWorkspaceGone } from "./derive-gone.ts";

/** Whether the workspace of a directory was deleted. Asked for anew before it counts for long: one may have been made unheard. */
export function useWorkspaceGone(cwd: string): boolean {
  const { workspaces, reload } = useCatalog();
  const gone = isWorkspaceGone(cwd, workspaces);
  useEffect(() => {
    if (gone) void reload();
  }, [gone, reload]);
  return gone;
}
