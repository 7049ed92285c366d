/** Every notification that a client sends. */
import { noParamsSchema } from "./empty.ts";

export const clientNotifications = {
  /** The client has read the answer to `initialize`; nothing depends on it. */
  initialized: noParamsSchema,
} as const;

export type ClientNotificationMethod = keyof typeof clientNotifications;
