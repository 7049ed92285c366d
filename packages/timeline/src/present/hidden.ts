/** Events that are nobody's to see: `present` gives nothing for them, so whoever only shows events need not read them. */
import type { ThreadEventType } from "../event.ts";

export const hiddenEventTypes: ReadonlySet<ThreadEventType> = new Set(["thread.created", "model.items"]);
