/** Every notification that the server sends, by method. A group per file in `notifications/`. */
import type { z } from "zod";
import { accountNotifications } from "./notifications/account.ts";
import { errandNotifications } from "./notifications/errand.ts";
import { itemNotifications } from "./notifications/item.ts";
import { noticeNotifications } from "./notifications/notice.ts";
import { presenceNotifications } from "./notifications/presence.ts";
import { serverNotifications } from "./notifications/server.ts";
import { sharingNotifications } from "./notifications/sharing.ts";
import { tenantNotifications } from "./notifications/tenant.ts";
import { threadNotifications } from "./notifications/thread.ts";
import { turnNotifications } from "./notifications/turn.ts";
import { workspaceNotifications } from "./notifications/workspace.ts";

import { replayNotifications } from "./replay.ts";

export const notifications = {
  ...threadNotifications,
  ...turnNotifications,
  ...itemNotifications,
  ...noticeNotifications,
  ...accountNotifications,
  ...serverNotifications,
  ...sharingNotifications,
  ...presenceNotifications,
  ...workspaceNotifications,
  ...tenantNotifications,
  ...errandNotifications,
  ...replayNotifications,
} as const;

export type NotificationMethod = keyof typeof notifications;
export type NotificationParams<M extends NotificationMethod> = z.infer<(typeof notifications)[M]>;

/** `emittedAtMs`: when the server wrote it, by its clock. */
export type ServerNotification = {
  [M in NotificationMethod]: {
    readonly method: M;
    readonly params: NotificationParams<M>;
    readonly emittedAtMs?: number;
  };
}[NotificationMethod];
