/** What the node tells its clients of committed events: their status first, then the events, then what they ask for. */
import type { ThreadEvent } from "@skein/timeline/event";
import { presentApprovalServerRequest, requestIdOf } from "@skein/timeline/present/approval";
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
  const { tenantId, threadId, ephemeral } = thread;
  const after = events.reduce(evolveActivity, before);
  if (!looksSame(before, after)) {
    const status = { threadId, status: presentActivity(after) };
    if (ephemeral) subscriptions.announce(thread, "thread/status/changed", status);
    else subscriptions.announceToTenant(tenantId, "thread/status/changed", status);
  }
  subscriptions.publish(thread, events);
  for (const event of events) {
    if (event.type === "approval.requested") {
      subscriptions.ask(thread, presentApprovalServerRequest(threadId, event), event.approvalId);
    }
    if (event.type === "approval.resolved") subscriptions.settle(thread, requestIdOf(event.approvalId));
    if (listed.has(event.type) && !ephemeral) {
      for (const { method, params } of present(threadId, event)) {
        subscriptions.announceToTenant(tenantId, method, params, threadId);
      }
    }
  }
  return after;
}
