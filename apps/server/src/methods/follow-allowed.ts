/** Following a thread that the caller may read, also when that is taken away in the same moment. */
import { errors } from "@skein/protocol/errors";
import type { Right } from "@skein/protocol/right";
import type { Subscription } from "../subscription/subscription.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { rightsOn } from "./admit.ts";
import type { MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import type { ThreadServices } from "./thread-services.ts";

/**
 * The subscription is there, held, before the rights are read: what ends them is either committed by then and seen here, or
 * finds the subscription and ends it. Refuses as for a thread that does not exist.
 */
export async function followAllowed(
  { directory }: ThreadServices,
  { connection, principal }: MethodCall,
  { threadId }: ThreadKey,
): Promise<{ readonly subscription: Subscription; readonly rights: ReadonlySet<Right> }> {
  const isNew = !connection.isSubscribedTo(threadId);
  const held = connection.follow(threadId, new Set(["read"]));
  const asked = rightsOn(directory.findAccess, principal, threadId);
  const rights = asked instanceof Promise ? await readOrLeave(asked) : asked;
  if (!rights.has("read")) {
    connection.unfollow(threadId);
    refuse(errors.noRolloutFound(threadId));
  }
  // Withdrawn while it was read.
  if (!connection.isSubscribedTo(threadId) && !connection.isClosed) refuse(errors.noRolloutFound(threadId));
  return { subscription: connection.follow(threadId, rights), rights };

  async function readOrLeave(reading: Promise<ReadonlySet<Right>>) {
    try {
      return await reading;
    } catch (error) {
      if (isNew) connection.unfollow(threadId);
      else held.resume();
      throw error;
    }
  }
}
