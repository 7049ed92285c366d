import type { Workspace } from "@skein/protocol/methods/workspace";
import { SquarePen, TriangleAlert, Unplug } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { writeStored } from "../../lib/stored-state.ts";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { titleOf } from "../../session/title-of.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { presentSource, presentState, type Shown } from "./present-workspace.ts";
import { ProgressLine } from "./progress-line.tsx";
import { RenameDialog } from "./rename-dialog.tsx";
import { WorkspaceThreads } from "./workspace-threads.tsx";
import styles from "./workspaces.module.css";

interface WorkspaceRowProps {
  readonly workspace: Workspace;
  /** Workspaces are at several runners. */
  readonly severalRunners: boolean;
}

export function WorkspaceRow({ workspace, severalRunners }: WorkspaceRowProps) {
  const { id, root, origin, runner } = workspace;
  const name = titleOf(workspace);
  const session = useSession();
  const live = useIsLive();
  const mayBegin = usePerson().role !== "viewer";
  const { reload } = useCatalog();
  const [, navigate] = useLocation();
  const [error, setError] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const shown = presentState(workspace, severalRunners);
  const source = presentSource(workspace);
  const absence = runner?.absence ?? null;
  const remove = () => {
    setError(null);
    session
      .request("skein/workspace/delete", { workspaceId: id })
      .then(reload, (reason: unknown) => setError(messageOf(reason)));
  };
  const begin = () => {
    writeStored("skein.last-cwd", root);
    navigate("/");
  };
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <span className={styles.name}>{name}</span>
        <span className={styles.root}>{root}</span>
        {shown.type === "ready" && <span className={styles.note}>{shown.facts.join(" · ")}</span>}
        {shown.type === "ready" && source !== null && <span className={styles.note}>{source}</span>}
        <ProgressLine shown={shown} name={name} />
        {shown.type === "failed" && (
          <span className={styles.problem}>
            <TriangleAlert size={14} aria-hidden="true" /> {shown.words}
          </span>
        )}
        {absence !== null && (
          <span className={styles.problem}>
            <Unplug size={14} aria-hidden="true" /> {`Its runner is away: ${absence}`}
          </span>
        )}
        {error !== null && (
          <span className={styles.problem} role="alert">
            {error}
          </span>
        )}
      </div>
      <div className={styles.actions}>
        {shown.type === "ready" && mayBegin && (
          <Button aria-label={`New thread in ${name}`} onClick={begin}>
            <SquarePen size={14} /> New thread
          </Button>
        )}
        {shown.type === "ready" && (
          <Button look="quiet" aria-expanded={open} aria-label={`Details of ${name}`} onClick={() => setOpen(!open)}>
            {open ? "Less" : "Details"}
          </Button>
        )}
        {shown.type === "ready" && workspace.mayDelete === true && (
          <Button look="quiet" disabled={!live} aria-label={`Rename ${name}`} onClick={() => setRenaming(true)}>
            Rename
          </Button>
        )}
        {workspace.mayDelete === true && (
          <AskedButton
            label={removalWords(shown, origin).label}
            of={name}
            sure={removalWords(shown, origin).sure}
            disabled={!live}
            onConfirm={remove}
          />
        )}
      </div>
      <RenameDialog workspace={workspace} open={renaming} onClose={() => setRenaming(false)} />
      {open && <WorkspaceThreads workspaceId={id} />}
    </li>
  );
}

function removalWords({ type }: Shown, origin: Workspace["origin"]) {
  if (type === "making") return { label: "Cancel", sure: "Cancel now" };
  if (type === "failed") return { label: "Remove", sure: "Remove now" };
  return origin === "created"
    ? { label: "Delete", sure: "Delete its files now" }
    : { label: "Forget", sure: "Remove now" };
}
