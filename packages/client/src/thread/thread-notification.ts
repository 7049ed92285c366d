import type { ServerNotification } from "@skein/protocol/notifications";

/** What a thread's store hears outside of frames: it has no seq and may be lost. */
export type ThreadNotification = Extract<
  ServerNotification,
  { method: "thread/status/changed" | "thread/deleted" | "skein/thread/access/changed" | "skein/thread/presence" }
>;
