import type { Right } from "@skein/protocol/right";
import type { Thread } from "@skein/protocol/thread";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { Archive, ArchiveRestore, Ellipsis, FileDiff, GitBranch, Link2, Pencil, UserPlus } from "lucide-react";
import { useMemo, useState } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { usePerson } from "../../session/person.ts";
import { useSession } from "../../session/session-context.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { deriveThreadChanges } from "../changes/derive-changes.ts";
import { DiffStat } from "../diff/diff-stat.tsx";
import { ExportItems, exportAddress } from "../export/export-items.tsx";
import { Faces } from "../presence/faces.tsx";
import type { Presence } from "../presence/present-presence.ts";
import { deriveShareParts } from "../share/derive-share-parts.ts";
import { ShareDialog } from "../share/share-dialog.tsx";
import { useShell } from "../shell/shell-state.tsx";
import { directoryLabel, threadTitle } from "../threads/derive-thread-groups.ts";
import { RenameDialog } from "./rename-dialog.tsx";
import styles from "./thread-page.module.css";

interface ThreadTopBarProps {
  readonly threadId: string;
  readonly entry: Thread | null;
  readonly timeline: Timeline | null;
  /** The reader's on this thread; null: nobody has said. */
  readonly rights: readonly Right[] | null;
  readonly presence: Presence | null;
}

export function ThreadTopBar({ threadId, entry, timeline, rights, presence }: ThreadTopBarProps) {
  const session = useSession();
  const { workspaces } = useCatalog();
  const { togglePanel, panelOpen } = useShell();
  const { accounts } = usePerson();
  const [renaming, setRenaming] = useState(false);
  const [sharing, setSharing] = useState(false);
  const mayManage = rights?.includes("manage") ?? false;
  const shareParts = deriveShareParts(rights, accounts);
  const known = entry !== null || timeline !== null;
  const title = known
    ? threadTitle({ name: timeline?.name ?? entry?.name ?? null, preview: entry?.preview ?? "" })
    : "Thread";
  const archived = timeline?.archived ?? false;
  return (
    <>
      <title>{`${title} – Skein`}</title>
      {entry !== null && <span className={styles.place}>{directoryLabel(entry.cwd, workspaces ?? [])}</span>}
      <h1 className={styles.title}>
        {mayManage ? (
          <button type="button" title="Rename" onClick={() => setRenaming(true)}>
            {title}
          </button>
        ) : (
          <span className={styles.titleText}>{title}</span>
        )}
      </h1>
      {entry?.gitInfo?.branch && (
        <span className={styles.branch} title={`On ${entry.gitInfo.branch}, the branch of its own worktree`}>
          <GitBranch size={12} aria-hidden="true" /> <span className={styles.wide}>{entry.gitInfo.branch}</span>
        </span>
      )}
      {archived && <span className={styles.tag}>Archived</span>}
      <div className={styles.end}>
        {presence !== null && <Faces presence={presence} />}
        {shareParts.length > 0 && (
          <Button look="quiet" onClick={() => setSharing(true)}>
            <UserPlus size={16} aria-hidden="true" />
            <span className={styles.wide}>{mayManage ? "Share" : "Access"}</span>
          </Button>
        )}
        {timeline !== null && (
          <Button look="quiet" aria-pressed={panelOpen} onClick={togglePanel}>
            <FileDiff size={16} aria-hidden="true" />
            <span className={styles.wide}>Changes</span>
            <ChangeCount timeline={timeline} />
          </Button>
        )}
        <Menu
          align="end"
          trigger={
            <IconButton label="More">
              <Ellipsis size={16} />
            </IconButton>
          }
        >
          {mayManage && (
            <MenuItem onSelect={() => setRenaming(true)}>
              <Pencil size={14} /> Rename
            </MenuItem>
          )}
          <MenuItem onSelect={() => void navigator.clipboard.writeText(location.href)}>
            <Link2 size={14} /> Copy link
          </MenuItem>
          <ExportItems onExport={(format) => location.assign(exportAddress(threadId, format))} />
          {mayManage && (
            <MenuItem
              onSelect={() => void session.request(archived ? "thread/unarchive" : "thread/archive", { threadId })}
            >
              {archived ? <ArchiveRestore size={14} /> : <Archive size={14} />} {archived ? "Unarchive" : "Archive"}
            </MenuItem>
          )}
        </Menu>
      </div>
      {rights !== null && (
        <ShareDialog
          open={sharing && shareParts.length > 0}
          threadId={threadId}
          title={title}
          rights={rights}
          parts={shareParts}
          onClose={() => setSharing(false)}
        />
      )}
      <RenameDialog open={renaming} title={title} onClose={() => setRenaming(false)} threadId={threadId} />
    </>
  );
}

function ChangeCount({ timeline }: { readonly timeline: Timeline }) {
  // The turns' array changes with every delta, their diffs do not.
  const diffs = timeline.turns.map(({ diff }) => diff ?? "").join("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: parsed again only when a diff changed
  const files = useMemo(() => deriveThreadChanges(timeline.turns), [diffs]);
  if (files.length === 0) return null;
  return (
    <DiffStat
      added={files.reduce((sum, { added }) => sum + added, 0)}
      deleted={files.reduce((sum, { deleted }) => sum + deleted, 0)}
    />
  );
}
