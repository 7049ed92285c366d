import { Copy, Ellipsis } from "lucide-react";
import { IconButton } from "../../ui/button.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { type ExportFormat, ExportItems } from "../export/export-items.tsx";
import { downloadExport } from "./download-export.ts";
import type { ShareInfo } from "./share-info.ts";

interface ViewerMenuProps {
  readonly info: ShareInfo;
  readonly token: string;
  /** Why the last export failed; null: it did not. */
  readonly onProblem: (problem: string | null) => void;
}

/** What a viewer can take along. */
export function ViewerMenu({ info: { threadId, signedInAs }, token, onProblem }: ViewerMenuProps) {
  const save = (format: ExportFormat) => {
    onProblem(null);
    downloadExport(threadId, token, format).catch((error: unknown) =>
      onProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="More">
          <Ellipsis size={16} />
        </IconButton>
      }
    >
      {signedInAs !== null && (
        // In the app, where whoever is signed in gets a thread of their own.
        <MenuItem onSelect={() => location.assign(`/copy-shared#${token}`)}>
          <Copy size={14} /> Continue as my own copy
        </MenuItem>
      )}
      <ExportItems onExport={save} />
    </Menu>
  );
}
