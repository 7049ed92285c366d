import { Plus } from "lucide-react";
import { useState } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { usePerson } from "../../session/person.ts";
import { useIsLive } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { Page } from "../shell/page.tsx";
import { NewWorkspaceDialog } from "./new-workspace-dialog.tsx";
import { presentQuota } from "./present-workspace.ts";
import { WorkspaceRow } from "./workspace-row.tsx";
import styles from "./workspaces.module.css";

/** What there is to work in, what it takes, and how to bring more. */
export function WorkspacesPage() {
  const { workspaces, quota, failure, reload } = useCatalog();
  const [creating, setCreating] = useState(false);
  const live = useIsLive();
  const mayCreate = usePerson().role !== "viewer";
  const newestFirst = workspaces?.toSorted((a, b) => b.createdAt - a.createdAt) ?? null;
  const severalRunners = new Set(workspaces?.map(({ runner }) => runner?.name)).size > 1;
  return (
    <Page currentId={null} skipTo="main" topBar={<h1 className={styles.heading}>Workspaces</h1>}>
      <title>Workspaces – Skein</title>
      <div className={styles.screen}>
        <div className={styles.column}>
          <div className={styles.top}>
            {quota !== null && (
              <div className={styles.quota}>
                <meter
                  aria-label="Disk of the team's workspaces"
                  min={0}
                  max={quota.maxBytes}
                  high={quota.maxBytes * 0.9}
                  value={quota.usedBytes}
                />
                <span className={styles.note}>{presentQuota(quota)}</span>
              </div>
            )}
            {mayCreate && (
              <Button look="primary" disabled={!live} onClick={() => setCreating(true)}>
                <Plus size={16} /> New workspace
              </Button>
            )}
          </div>
          {newestFirst === null && failure === null && (
            <p className={styles.note} role="status">
              <Spinner /> Looking…
            </p>
          )}
          {failure !== null && (
            <p className={styles.error} role="alert">
              {`The workspaces could not be read: ${failure}`}
              <Button look="quiet" onClick={() => void reload()}>
                Try again
              </Button>
            </p>
          )}
          {newestFirst?.length === 0 && (
            <p className={styles.empty}>A workspace is a directory that the agent works in. There is none yet.</p>
          )}
          <ul className={styles.list}>
            {newestFirst?.map((workspace) => (
              <WorkspaceRow key={workspace.id} workspace={workspace} severalRunners={severalRunners} />
            ))}
          </ul>
        </div>
      </div>
      <NewWorkspaceDialog open={creating} onClose={() => setCreating(false)} onMade={() => {}} />
    </Page>
  );
}
