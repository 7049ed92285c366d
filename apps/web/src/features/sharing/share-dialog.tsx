import type { Right } from "@skein/protocol/right";
import { Dialog } from "../../ui/dialog.tsx";
import { PeopleWithAccess } from "./people-with-access.tsx";
import styles from "./share-dialog.module.css";

interface ShareDialogProps {
  readonly open: boolean;
  readonly threadId: string;
  /** The reader's, on this thread. */
  readonly rights: readonly Right[];
  readonly onClose: () => void;
}

/** Who may see the thread, and who may do what with it. A section per kind of reader. */
export function ShareDialog({ open, threadId, rights, onClose }: ShareDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Share thread" size="large">
      <div className={styles.sections}>
        <PeopleWithAccess open={open} threadId={threadId} rights={rights} />
      </div>
    </Dialog>
  );
}
