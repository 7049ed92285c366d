import type { Workspace } from "@skein/protocol/methods/workspace";
import { useState } from "react";
import { Dialog } from "../../ui/dialog.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { CloneForm } from "./clone-form.tsx";
import { EmptyWorkspaceForm } from "./empty-workspace-form.tsx";
import { UploadForm } from "./upload-form.tsx";

interface NewWorkspaceDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** It is ready, or on its way. */
  readonly onMade: (workspace: Workspace | null) => void;
}

type Kind = "empty" | "repository" | "archive";

/** A workspace with nothing in it, or with what somebody brings along. */
export function NewWorkspaceDialog({ open, onClose, onMade }: NewWorkspaceDialogProps) {
  const [kind, setKind] = useState<Kind>("empty");
  const made = (workspace: Workspace | null) => {
    onMade(workspace);
    onClose();
  };
  return (
    <Dialog open={open} onClose={onClose} title="New workspace">
      <Tabs<Kind>
        label="Where its files come from"
        value={kind}
        onChoose={setKind}
        tabs={[
          { value: "empty", label: "Empty", content: <EmptyWorkspaceForm onClose={onClose} onMade={made} /> },
          { value: "repository", label: "Clone", content: <CloneForm onClose={onClose} onMade={() => made(null)} /> },
          { value: "archive", label: "Upload", content: <UploadForm onClose={onClose} onMade={() => made(null)} /> },
        ]}
      />
    </Dialog>
  );
}
