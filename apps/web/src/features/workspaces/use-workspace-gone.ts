import type { Thread } from "@skein/protocol/thread";
import { useEffect } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { isWorkspaceGone } from "./derive-gone.ts";

/** Whether the workspace of a thread was deleted. Asked for anew before it counts for long: one may have been made unheard. */
export function useWorkspaceGone(thread: Pick<Thread, "cwd" | "workspaceId">): boolean {
  const { workspaces, reload } = useCatalog();
  const gone = isWorkspaceGone(thread, workspaces);
  useEffect(() => {
    if (gone) void reload();
  }, [gone, reload]);
  return gone;
}
