/** What the owner of a thread tells everybody who may read it of committed events: what lists of threads show. */
import type { ThreadEvent } from "@skein/timeline/event";
import { present } from "@skein/timeline/present/present";
import { evolveActivity, looksSame, presentActivity, type ThreadActivity } from "../subscription/derive-status.ts";
import type { ListedThread, Subscriptions } from "../subscription/subscriptions.ts";

/** Those of a thread's events that lists of threads show too. */
const listed = new Set<ThreadEvent["type"]>([
  "thread.named",
  "thread.archived",
  "thread.unarchived",
  "thread.handedOver",
]);

/** The thread's followers have all of this from its channel. Returns what the thread is doing after the events. */
export function announceToOthers(
  subscriptions: Pick<Subscriptions, "announceToTenant">,
  thread: ListedThread,
  before: ThreadActivity,
  events: readonly ThreadEvent[],
): ThreadActivity {
  const { threadId } = thread;
  const tell = (method: string, params: unknown) => subscriptions.announceToTenant(thread, method, params);
  let activity = before;
  for (const event of events) {
    const next = evolveActivity(activity, event);
    if (!looksSame(activity, next)) {
      tell("thread/status/changed", { threadId, status: presentActivity(next) });
    }
    activity = next;
    if (!listed.has(event.type)) continue;
    for (const { method, params } of present(threadId, event)) tell(method, params);
  }
  return activity;
}
