/** A call that came to nothing, because somebody said no or nothing could run: the model leaves the matter and says so. */
import type { Conversation } from "../conversation.ts";
import { codeBlock } from "../markdown-text.ts";
import { answer, type Reply, reply } from "../reply.ts";

/** The reply to the latest call when it was declined or could not be tried; null when it ran. */
export function replyToRefusal(conversation: Conversation): Reply | null {
  const last = conversation.calls.findLast(({ name }) => name !== "update_plan" && name !== "request_user_input");
  if (last?.result == null) return null;
  if (last.result.declined) {
    const what = last.name === "apply_patch" ? "the file stays as it is" : "the command was not run";
    return reply(answer(`Understood, leaving it: ${what}. Tell me what to do instead, or try \`list files\`.`));
  }
  if (/^(?:exec_command|write_stdin) failed/.test(last.result.text)) {
    return reply(answer(`Commands do not run here, so I stop. The reason given:\n\n${codeBlock(last.result.text)}`));
  }
  return null;
}
