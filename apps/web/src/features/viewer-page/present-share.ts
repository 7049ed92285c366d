import type { ConnectionState } from "@skein/client/connection/state";
import type { ShareInfo } from "./share-info.ts";

const mayDo: Readonly<Record<ShareInfo["level"], string>> = {
  read: "read-only",
  comment: "you may comment",
  prompt: "you may prompt",
};

/** What a viewer should know of what they see, in one line. */
export function presentShare(
  { sharedBy, isLive, withHistory, createdAt, expiresAt, level, signedInAs }: ShareInfo,
  formatTime: (ms: number) => string,
): string {
  return [
    sharedBy === "" ? "Shared" : `Shared by ${sharedBy}`,
    signedInAs === null ? "read-only" : mayDo[level],
    isLive ? null : `as of ${formatTime(createdAt)}`,
    withHistory ? null : `since ${formatTime(createdAt)}`,
    expiresAt === null ? null : `until ${formatTime(expiresAt)}`,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

/** `tone`: of the mark before the words. */
export interface ShareState {
  readonly text: string;
  readonly tone: "live" | "quiet" | "waiting" | "ended";
}

export function presentShareState(state: ConnectionState["type"], isLive: boolean): ShareState {
  switch (state) {
    case "live":
      return isLive ? { text: "Live", tone: "live" } : { text: "Snapshot", tone: "quiet" };
    case "blocked":
    case "closed":
      return { text: "Ended", tone: "ended" };
    case "offline":
      return { text: "Offline", tone: "waiting" };
    default:
      return { text: "Connecting…", tone: "waiting" };
  }
}
