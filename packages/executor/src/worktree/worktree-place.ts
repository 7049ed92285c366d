/** Where the worktree of a thread lies, and what its branch is called. */

/** Below the workspace's root; Git, and what searches as Git does, passes it over. */
export const worktreesDirectory = ".worktrees";

/** In a workspace, other people's among them: as many as a sandbox can well have mounts for. */
export const maxWorktrees = 32;

/** Among the directories that Git keeps for worktrees: of none, and there to stay. */
export const keeperName = ".skein";

export interface WorktreePlace {
  /** Names it in the workspace; of letters and digits. */
  readonly slug: string;
  readonly branch: string;
}

const inWorktree = new RegExp(`/\\${worktreesDirectory}/([a-z0-9]+)(?:/|$)`);

/** The end of an id is random, its beginning is the time. */
export function worktreeOf(threadId: string): WorktreePlace {
  return placeOf(threadId.replaceAll("-", "").slice(-10));
}

/** In which worktree a directory lies; null: in none. */
export function worktreeAround(cwd: string): WorktreePlace | null {
  const slug = inWorktree.exec(cwd)?.[1];
  return slug === undefined ? null : placeOf(slug);
}

export function pathOfWorktree(root: string, { slug }: Pick<WorktreePlace, "slug">): string {
  return `${root}/${worktreesDirectory}/${slug}`;
}

/** Whether Skein has made it for a thread; other people call theirs by words. */
export function isOfThread({ slug }: WorktreePlace): boolean {
  return /^[0-9a-f]{10}$/.test(slug);
}

export function placeOf(slug: string): WorktreePlace {
  return { slug, branch: `skein/${slug}` };
}
