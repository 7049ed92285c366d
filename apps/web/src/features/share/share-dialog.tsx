import type { Right } from "@skein/protocol/right";
import { useState } from "react";
import { Dialog } from "../../ui/dialog.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import type { SharePart } from "./derive-share-parts.ts";
import { PeopleWithAccess } from "./people-with-access.tsx";
import styles from "./share.module.css";
import { ShareLinks } from "./share-links.tsx";

interface ShareDialogProps {
  readonly open: boolean;
  readonly threadId: string;
  /** What a link is called unless something else is said. */
  readonly title: string;
  /** The reader's, on this thread. */
  readonly rights: readonly Right[];
  /** What of it the reader may see, at least one. */
  readonly parts: readonly SharePart[];
  readonly onClose: () => void;
}

/** Who may see the thread, and who may do what with it: people of the team, and whoever has a link. */
export function ShareDialog({ open, onClose, ...props }: ShareDialogProps) {
  const mayManage = props.rights.includes("manage");
  return (
    <Dialog open={open} onClose={onClose} title={mayManage ? "Share thread" : "Who has access"} size="large">
      <Parts {...props} />
    </Dialog>
  );
}

const labels: Readonly<Record<SharePart, string>> = { people: "People", links: "Links" };

function Parts({ threadId, title, rights, parts }: Omit<ShareDialogProps, "open" | "onClose">) {
  const [chosen, setChosen] = useState<SharePart>("people");
  // It is shown once, so it outlives a look at the other part.
  const [made, setMade] = useState<string | null>(null);
  const contents: Readonly<Record<SharePart, React.ReactNode>> = {
    people: <PeopleWithAccess threadId={threadId} rights={rights} />,
    links: <ShareLinks threadId={threadId} title={title} made={made} onMade={setMade} />,
  };
  const [first] = parts;
  if (parts.length < 2) return first === undefined ? null : contents[first];
  return (
    <Tabs
      label="With whom"
      value={parts.includes(chosen) ? chosen : first!}
      onChoose={setChosen}
      tabs={parts.map((part) => ({
        value: part,
        label: labels[part],
        content: <div className={styles.part}>{contents[part]}</div>,
      }))}
    />
  );
}
