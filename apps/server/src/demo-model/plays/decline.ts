/** Somebody said no: the model takes it as an answer and leaves the matter. */
import type { Conversation } from "../conversation.ts";
import { answer, type Reply, reply } from "../reply.ts";

/** The reply to the latest call when it was declined; null when it was not. */
export function replyToDecline(conversation: Conversation): Reply | null {
  const last = conversation.calls.findLast((call) => call.name !== "update_plan");
  if (last?.result?.declined !== true) return null;
  const what = last.name === "apply_patch" ? "the file stays as it is" : "the command was not run";
  return reply(answer(`Understood, leaving it: ${what}. Tell me what to do instead, or try \`list files\`.`));
}
