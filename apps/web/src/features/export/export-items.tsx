import { Download } from "lucide-react";
import { MenuItem } from "../../ui/menu.tsx";

const formats = [
  { format: "markdown", label: "Markdown" },
  { format: "html", label: "HTML" },
  { format: "json", label: "JSON" },
] as const;

export type ExportFormat = (typeof formats)[number]["format"];

/** Where the thread is had as a file, redacted as for viewers; a member who wants it all asks for it by its address. */
export function exportAddress(threadId: string, format: ExportFormat): string {
  return `/threads/${encodeURIComponent(threadId)}/export?format=${format}`;
}

interface ExportItemsProps {
  readonly disabled?: boolean;
  readonly onExport: (format: ExportFormat) => void;
}

/** The thread as a file, in a menu. */
export function ExportItems({ disabled = false, onExport }: ExportItemsProps) {
  return formats.map(({ format, label }) => (
    <MenuItem key={format} disabled={disabled} onSelect={() => onExport(format)}>
      <Download size={14} /> Export as {label}
    </MenuItem>
  ));
}
