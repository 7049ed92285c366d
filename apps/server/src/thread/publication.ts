/** What the node tells its clients of committed events: their status first, then the events, then lists of threads. */
import type { ThreadEvent } from "@skein/timeline/event";
import { present } from "@skein/timeline/present/present";
import { evolveActivity, looksSame, presentActivity, type ThreadActivity } from "../subscription/derive-status.ts";
import type { Subscriptions, ThreadKey } from "../subscription/subscriptions.ts";

/** Those of a thread's events that lists of threads show too. */
const listed = new Set<ThreadEvent["type"]>(["thread.named", "thread.archived", "thread.unarchived"]);

/** Returns what the thread is doing after the events. An ephemeral thread is nobody's business but its followers'. */
export function publish(
  subscriptions: Subscriptions,
  thread: ThreadKey & { readonly ephemeral: boolean },
  before: ThreadActivity,
  events: readonly ThreadEvent[],
): ThreadActivity {
  const after = publishWithStatus(subscriptions, thread, before, events);
  for (const event of events) tellBeside(subscriptions, thread, event);
  return after;
}

/** A change of the status goes out right before the event that makes it, also when many events are committed together. */
function publishWithStatus(
  subscriptions: Subscriptions,
  thread: ThreadKey & { readonly ephemeral: boolean },
  before: ThreadActivity,
  events: readonly ThreadEvent[],
): ThreadActivity {
  let activity = before;
  let published = 0;
  for (const [index, event] of events.entries()) {
    const next = evolveActivity(activity, event);
    if (!looksSame(activity, next)) {
      subscriptions.publish(thread, events.slice(published, index));
      published = index;
      announceStatus(subscriptions, thread, next);
    }
    activity = next;
  }
  subscriptions.publish(thread, events.slice(published));
  return activity;
}

function announceStatus(
  subscriptions: Subscriptions,
  { tenantId, threadId, ephemeral }: ThreadKey & { readonly ephemeral: boolean },
  activity: ThreadActivity,
): void {
  const params = { threadId, status: presentActivity(activity) };
  if (ephemeral) subscriptions.announce({ tenantId, threadId }, "thread/status/changed", params);
  else subscriptions.announceToTenant(tenantId, "thread/status/changed", params);
}

/** Lists of threads show it too. */
function tellBeside(
  subscriptions: Subscriptions,
  { tenantId, threadId, ephemeral }: ThreadKey & { readonly ephemeral: boolean },
  event: ThreadEvent,
): void {
  if (!listed.has(event.type) || ephemeral) return;
  for (const { method, params } of present(threadId, event)) {
    subscriptions.announceToTenant(tenantId, method, params, threadId);
  }
}
