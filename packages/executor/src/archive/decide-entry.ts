/** What an archive's names and links may say. Pure; nothing has been written yet. */
import { ArchiveRefused } from "./archive-refused.ts";

/** Components of an entry's name below the root, none for the root itself. Throws `ArchiveRefused`. */
export function entryComponents(name: string): string[] {
  if (name.includes("\0")) throw new ArchiveRefused("a name in the archive holds a NUL");
  if (name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name)) {
    throw new ArchiveRefused(`${shown(name)} has an absolute path; entries must stay in the workspace`);
  }
  const components = name.split("/").filter((component) => component !== "" && component !== ".");
  if (components.includes("..")) {
    throw new ArchiveRefused(`${shown(name)} leads out with "..": entries must stay in the workspace`);
  }
  return components;
}

/**
 * Throws `ArchiveRefused` unless a symbolic link stays in the workspace. `..` may stand at its beginning only, where it counts from
 * the link's real directory: behind the name of another link it would count from where that one leads.
 */
export function checkLinkTarget(link: readonly string[], target: string): void {
  const name = shown(link.join("/"));
  if (target === "" || target.includes("\0")) throw new ArchiveRefused(`the link ${name} has no usable target`);
  if (target.startsWith("/")) throw new ArchiveRefused(`the link ${name} leads to an absolute path, ${shown(target)}`);
  const components = target.split("/").filter((component) => component !== "" && component !== ".");
  const ups = components.findIndex((component) => component !== "..");
  const leading = ups === -1 ? components.length : ups;
  if (leading > link.length - 1) throw new ArchiveRefused(`the link ${name} leads out of the workspace`);
  if (components.slice(leading).includes("..")) {
    throw new ArchiveRefused(`the link ${name} goes up in the middle of its target, ${shown(target)}`);
  }
}

/** Names come from strangers and go into messages. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
