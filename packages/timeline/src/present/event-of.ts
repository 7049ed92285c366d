import type { ThreadEvent, ThreadEventType } from "../event.ts";

/** An event of the log of one type. */
export type EventOf<T extends ThreadEventType> = Extract<ThreadEvent, { type: T }>;
