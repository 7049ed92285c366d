import type { ThreadListSnapshot } from "@skein/client/thread-list/thread-list-store";
import type { Workspace } from "@skein/protocol/methods/workspace";
import { ChevronDown } from "lucide-react";
import { useStoredState } from "../../lib/stored-state.ts";
import { useNow } from "../../lib/use-now.ts";
import { usePerson } from "../../session/person.ts";
import { Button } from "../../ui/button.tsx";
import { deriveThreadGroups, type ThreadGroup } from "./derive-thread-groups.ts";
import { ThreadLink } from "./thread-link.tsx";
import styles from "./thread-list.module.css";

interface ThreadListProps {
  readonly state: ThreadListSnapshot;
  readonly workspaces: readonly Workspace[];
  readonly currentId: string | null;
  readonly onOpen: () => void;
  readonly onRetry: () => void;
  readonly onLoadMore: () => void;
}

export function ThreadList({ state, workspaces, currentId, onOpen, onRetry, onLoadMore }: ThreadListProps) {
  const person = usePerson();
  const nowMs = useNow(60_000);
  const [closed, setClosed] = useStoredState<readonly string[]>("skein.closed-groups", []);
  if (state.phase.type === "loading" && state.threads.length === 0) {
    return (
      <div className={styles.skeleton} role="status" aria-label="Loading threads">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <div key={row} className={styles.bone} />
        ))}
      </div>
    );
  }
  if (state.phase.type === "failed") {
    return (
      <div className={styles.note} role="alert">
        Could not load threads: {state.phase.error.message}
        <Button onClick={onRetry}>Retry</Button>
      </div>
    );
  }
  const groups = deriveThreadGroups(state.threads, workspaces, person);
  if (groups.length === 0) {
    const next = person.role === "viewer" ? "What is shared with you" : "Start one and it";
    return <p className={styles.note}>No threads yet. {next} appears here.</p>;
  }
  const toggle = (key: string) => setClosed(closed.includes(key) ? closed.filter((k) => k !== key) : [...closed, key]);
  return (
    <>
      {groups.map((group) => (
        <Group key={group.key} group={group} open={!closed.includes(group.key)} onToggle={() => toggle(group.key)}>
          {group.entries.map((entry) => (
            <ThreadLink key={entry.id} entry={entry} current={entry.id === currentId} nowMs={nowMs} onOpen={onOpen} />
          ))}
        </Group>
      ))}
      {state.hasMore && (
        <Button look="quiet" onClick={onLoadMore}>
          Older threads
        </Button>
      )}
    </>
  );
}

interface GroupProps {
  readonly group: ThreadGroup;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly children: React.ReactNode;
}

function Group({ group, open, onToggle, children }: GroupProps) {
  return (
    <section className={styles.group}>
      <h2>
        <button type="button" className={styles.groupHead} aria-expanded={open} onClick={onToggle} title={group.key}>
          <span className={styles.groupLabel}>{group.label}</span>
          <span className="tabular">{group.entries.length}</span>
          <ChevronDown size={12} className={open ? undefined : styles.folded} aria-hidden="true" />
        </button>
      </h2>
      {open && <ul className={styles.list}>{children}</ul>}
    </section>
  );
}
