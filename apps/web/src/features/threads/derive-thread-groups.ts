import type { Workspace } from "@skein/protocol/methods/workspace";
import type { Thread } from "@skein/protocol/thread";
import type { Person } from "../../session/person.ts";
import { titleOf } from "../../session/title-of.ts";

/** `waiting`: for somebody else, as the reader may not answer. */
export type ThreadMark = "needsYou" | "waiting" | "running" | "failed" | "idle";

export type Reader = Pick<Person, "userId" | "role">;

export interface ThreadEntry {
  readonly id: string;
  readonly title: string;
  readonly mark: ThreadMark;
  /** It needs answers to questions, not a decision. */
  readonly asks: boolean;
  /** Seconds since the epoch. */
  readonly changedAt: number;
  readonly cwd: string;
  /** It is somebody else's. */
  readonly isOthers: boolean;
}

export interface ThreadGroup {
  readonly key: string;
  readonly label: string;
  readonly entries: readonly ThreadEntry[];
}

/**
 * The sidebar's groups: threads that wait for the reader first, whatever their directory, then a group per directory, and last those
 * of others, which an owner sees all and a member where they are shared. Groups and threads are ordered by their latest change.
 */
export function deriveThreadGroups(
  threads: readonly Thread[],
  workspaces: readonly Workspace[],
  reader: Reader,
): ThreadGroup[] {
  const entries = threads
    .filter((thread) => !thread.ephemeral)
    .map((thread) => deriveThreadEntry(thread, reader))
    .sort((a, b) => b.changedAt - a.changedAt);
  const waiting = entries.filter(({ mark }) => mark === "needsYou");
  const others = entries.filter(({ mark, isOthers }) => isOthers && mark !== "needsYou");
  const groups = new Map<string, ThreadEntry[]>();
  for (const entry of entries) {
    if (entry.mark === "needsYou" || entry.isOthers) continue;
    const group = groups.get(entry.cwd) ?? [];
    group.push(entry);
    groups.set(entry.cwd, group);
  }
  return [
    ...(waiting.length > 0 ? [{ key: "needs-you", label: "Needs you", entries: waiting }] : []),
    ...[...groups].map(([cwd, members]) => ({ key: cwd, label: directoryLabel(cwd, workspaces), entries: members })),
    ...(others.length > 0
      ? [{ key: "shared", label: reader.role === "owner" ? "Others’ threads" : "Shared with you", entries: others }]
      : []),
  ];
}

export function deriveThreadEntry(thread: Thread, reader: Reader): ThreadEntry {
  const { id, status, cwd } = thread;
  const asks = status.type === "active" && status.activeFlags.join() === "waitingOnUserInput";
  const changedAt = thread.recencyAt ?? thread.updatedAt;
  const { createdBy = null } = thread;
  const isOthers = createdBy !== null && createdBy !== reader.userId;
  const mark = markOf(status, mayAnswer(thread, reader));
  return { id, title: threadTitle(thread), mark, asks, changedAt, cwd: placeOf(cwd), isOthers };
}

/** What a notification brings says nothing of rights: then a thread of one's own may be answered, and for owners every thread. */
function mayAnswer({ rights, createdBy }: Thread, { userId, role }: Reader): boolean {
  if (rights !== undefined) return rights.includes("approve");
  return role === "owner" || (role === "member" && createdBy === userId);
}

/** The given name, or how the first message begins. */
export function threadTitle({ name, preview }: Pick<Thread, "name" | "preview">): string {
  return name?.trim() || preview.trim().split("\n")[0] || "New thread";
}

function markOf(status: Thread["status"], answerable: boolean): ThreadMark {
  switch (status.type) {
    case "active":
      if (status.activeFlags.length === 0) return "running";
      return answerable ? "needsYou" : "waiting";
    case "systemError":
      return "failed";
    case "idle":
    case "notLoaded":
      return "idle";
  }
}

/** Where a thread works for people: a worktree of its own is its workspace all the same. */
function placeOf(cwd: string): string {
  return cwd.replace(/\/\.worktrees\/[a-z0-9]+$/, "");
}

/** What a workspace is called where the directory is one, else its last two parts. */
export function directoryLabel(cwd: string, workspaces: readonly Workspace[]): string {
  const place = placeOf(cwd);
  const workspace = workspaces.find(({ root }) => root === place);
  if (workspace !== undefined) return titleOf(workspace);
  return place.split("/").filter(Boolean).slice(-2).join("/") || place;
}
