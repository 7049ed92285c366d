import { type ExportFormat, exportAddress } from "../export/export-items.tsx";

/**
 * Saves what the link shows as a file. The secret goes in a header, where an address would leave it in histories and logs, so the
 * browser cannot follow a plain link. Throws in words for people.
 */
export async function downloadExport(threadId: string, token: string, format: ExportFormat): Promise<void> {
  const reply = await fetch(exportAddress(threadId, format), { headers: { authorization: `Bearer ${token}` } }).catch(
    () => null,
  );
  if (reply === null) throw new Error("Not exported: the server does not answer.");
  if (!reply.ok) throw new Error(`Not exported: ${refusalOf(reply.status)}`);
  const address = URL.createObjectURL(await reply.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = presentFileName(reply.headers.get("content-disposition"), format);
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function refusalOf(status: number): string {
  if (status === 401 || status === 404) return "the link leads nowhere any more.";
  return status === 429 ? "too many files at once. Try again in a minute." : "the server could not make the file.";
}

const extensions: Readonly<Record<ExportFormat, string>> = { markdown: "md", html: "html", json: "json" };

/** As the server calls it. */
export function presentFileName(disposition: string | null, format: ExportFormat): string {
  return /filename="([^"/\\]+)"/.exec(disposition ?? "")?.[1] ?? `thread.${extensions[format]}`;
}
