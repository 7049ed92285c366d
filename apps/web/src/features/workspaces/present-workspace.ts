import type { Workspace, WorkspaceQuota } from "@skein/protocol/methods/workspace";
import { formatBytes } from "../../lib/format-bytes.ts";
import { plural } from "../../lib/plural.ts";

export type Shown =
  | { readonly type: "ready"; readonly facts: readonly string[] }
  /** `share`: from 0 to 1; null: nobody knows. */
  | { readonly type: "making"; readonly words: string; readonly share: number | null }
  | { readonly type: "failed"; readonly words: string };

/** `ofSeveral`: workspaces are at several runners, so that it is worth a word at which. */
export function presentState({ state, disk, threads, runner, origin }: Workspace, ofSeveral = false): Shown {
  if (state?.type === "failed") return { type: "failed", words: sentence(state.message) };
  if (state?.type === "making") return presentProgress(state.progress);
  const facts = [
    disk ? `${formatBytes(disk.bytes)}, ${plural(disk.files, "file")}` : null,
    threads === undefined ? null : plural(threads, "thread"),
    origin === "opened" ? "a directory of the machine" : null,
    runner === undefined || !ofSeveral ? null : `on ${runner.name}`,
  ];
  return { type: "ready", facts: facts.filter((fact) => fact !== null) };
}

type Progress = Extract<NonNullable<Workspace["state"]>, { type: "making" }>["progress"];

function presentProgress(progress: Progress): Shown {
  if (progress === null) return { type: "making", words: "Beginning…", share: null };
  const { step, bytes, totalBytes, files, percent = null } = progress;
  const share = percent === null ? null : percent / 100;
  switch (step) {
    case "receiving":
      return totalBytes === null
        ? { type: "making", words: `Receiving, ${formatBytes(bytes)} so far`, share: null }
        : {
            type: "making",
            words: `Receiving ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
            share: bytes / totalBytes,
          };
    case "unpacking":
      return { type: "making", words: `Unpacking, ${plural(files, "file")} so far`, share: null };
    case "fetching":
      return { type: "making", words: `Fetching, ${formatBytes(bytes)} so far`, share };
    case "resolving":
      return { type: "making", words: "Putting its history together", share };
    case "checkingOut":
      return { type: "making", words: `Writing its files, ${plural(files, "file")} so far`, share };
  }
}

/** Where its files came from, where that is worth a word. */
export function presentSource({ source }: Workspace): string | null {
  if (source?.type !== "repository") return null;
  const of = [source.branch, source.depth === null ? null : plural(source.depth, "commit")].filter(
    (word) => word !== null,
  );
  return `cloned from ${source.url.replace("https://", "")}${of.length === 0 ? "" : ` (${of.join(", ")})`}`;
}

/** "1.2 GB of 54 GB used". */
export function presentQuota({ usedBytes, maxBytes }: WorkspaceQuota): string {
  return `${formatBytes(usedBytes)} of ${formatBytes(maxBytes)} used`;
}

/** A name for the workspace of a repository: "https://example.org/a/my-app.git" gives "my-app". */
export function nameOfRepository(address: string): string {
  const last = address.trim().replace(/\/+$/, "").split("/").at(-1) ?? "";
  return nameOfFile(last.replace(/\.git$/i, ""));
}

/** A name for the workspace of a file, as the server takes names: "my app.tar.gz" gives "my-app". */
export function nameOfFile(fileName: string): string {
  return fileName
    .replace(/\.(zip|tgz|tar|tar\.gz)$/i, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+|[-.]+$/g, "")
    .slice(0, 64);
}

/** As a sentence, what a server says of a cause. */
export function sentence(words: string): string {
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
