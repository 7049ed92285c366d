import type { ResultOf } from "@skein/protocol/methods";
import type { Model } from "@skein/protocol/methods/model";
import type { Workspace, WorkspaceQuota } from "@skein/protocol/methods/workspace";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { evolveWorkspaces } from "./evolve-workspaces.ts";
import { useSession, useStore } from "./session-context.ts";

/** What the server offers: asked for anew with every connection, because a restart may have changed it. */
export interface Catalog {
  readonly models: readonly Model[];
  /** null until the server has answered. */
  readonly workspaces: readonly Workspace[] | null;
  /** null: the server has not answered, or does not say. */
  readonly quota: WorkspaceQuota | null;
  readonly server: ResultOf<"skein/server/info"> | null;
  /** What could not be asked; the parts that could stay usable. */
  readonly failure: string | null;
}

const nothing: Catalog = { models: [], workspaces: null, quota: null, server: null, failure: null };

const CatalogContext = createContext<Catalog & { readonly reload: () => Promise<void> }>({
  ...nothing,
  reload: async () => {},
});

export const useCatalog = () => useContext(CatalogContext);

export function CatalogProvider({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const live = useStore(session.state).type === "live";
  const [catalog, setCatalog] = useState(nothing);
  const reload = useCallback(async () => {
    const [models, workspaces, server] = await Promise.allSettled([
      session.request("model/list", {}),
      session.request("skein/workspace/list", {}),
      session.request("skein/server/info", {}),
    ]);
    const failed = [models, workspaces, server].find((answer) => answer.status === "rejected");
    setCatalog((before) => ({
      models: models.status === "fulfilled" ? models.value.data.filter(({ hidden }) => !hidden) : before.models,
      workspaces: workspaces.status === "fulfilled" ? workspaces.value.data : before.workspaces,
      quota: workspaces.status === "fulfilled" ? (workspaces.value.quota ?? null) : before.quota,
      server: server.status === "fulfilled" ? server.value : before.server,
      failure: failed === undefined ? null : messageOf(failed.reason),
    }));
  }, [session]);
  useEffect(() => {
    if (live) void reload();
  }, [live, reload]);
  useEffect(
    () =>
      session.onNotification((notification) =>
        setCatalog((before) => {
          const { workspaces } = before;
          if (workspaces === null) return before;
          const changed = evolveWorkspaces(workspaces, notification);
          return changed === workspaces ? before : { ...before, workspaces: changed };
        }),
      ),
    [session],
  );
  const value = useMemo(() => ({ ...catalog, reload }), [catalog, reload]);
  return <CatalogContext value={value}>{children}</CatalogContext>;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
