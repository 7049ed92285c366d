/** The demo model's whole mind: from a request to the next response. The same request always gets the same reply. */
import type { ResponseCreateParamsStreaming } from "openai/resources/responses/responses";
import { type Conversation, readConversation } from "./conversation.ts";
import { type Intent, readIntent } from "./intent.ts";
import { quoted } from "./markdown-text.ts";
import { playEscalate, playList, playRun, playTick } from "./plays/commands.ts";
import { playEdit, playWrite } from "./plays/files.ts";
import { playAsk } from "./plays/questions.ts";
import { replyToRefusal } from "./plays/refusal.ts";
import {
  playCount,
  playFail,
  playGreet,
  playMarkdown,
  playPlan,
  playReason,
  playStructuredAnswer,
} from "./plays/talk.ts";
import { playTour } from "./plays/tour.ts";
import { answer, type Reply, remark, reply } from "./reply.ts";

export function decideReply(request: ResponseCreateParamsStreaming): Reply {
  const conversation = readConversation(request);
  if (conversation.answerProperties !== null) {
    return playStructuredAnswer(conversation.prompt, conversation.answerProperties);
  }
  return (
    replyToRefusal(conversation) ?? replyToSteer(conversation) ?? play(conversation, readIntent(conversation.prompt))
  );
}

/** A word put in while a turn runs is acknowledged first; one that asks for nothing the script knows ends the walk. */
function replyToSteer(conversation: Conversation): Reply | null {
  if (conversation.steeredFrom === null || conversation.calls.length > 0) return null;
  const intent = readIntent(conversation.prompt);
  const acknowledgement = `Changing course: ${quoted(conversation.prompt)}.`;
  if (intent.type === "tour") {
    const dropped = quoted(conversation.steeredFrom);
    return reply(answer(`${acknowledgement} I stop working on ${dropped} here; what is done stays done.`));
  }
  const next = play(conversation, intent);
  return { ...next, parts: [remark(acknowledgement), ...next.parts] };
}

function play(conversation: Conversation, intent: Intent): Reply {
  if (needsTools(intent) && !conversation.tools.command) {
    const why = "This thread has no environment, so there is nothing for me to run or to edit.";
    return reply(answer(`I am Skein's demo model. ${why} Try \`reason\`, \`markdown\` or \`count to 50\`.`));
  }
  switch (intent.type) {
    case "greet":
      return playGreet();
    case "tour":
      return playTour(conversation);
    case "list":
      return playList(conversation);
    case "run":
      return playRun(conversation, intent.command);
    case "write":
      return playWrite(conversation, intent.path, intent.content);
    case "edit":
      return playEdit(conversation, intent.path, intent.change);
    case "escalate":
      return playEscalate(conversation);
    case "count":
      return playCount(intent.to);
    case "tick":
      return playTick(conversation, intent.seconds);
    case "ask":
      return playAsk(conversation);
    case "plan":
      return playPlan(conversation);
    case "reason":
      return playReason(conversation);
    case "markdown":
      return playMarkdown();
    case "fail":
      return playFail();
  }
}

function needsTools(intent: Intent): boolean {
  return ["tour", "list", "run", "write", "edit", "escalate", "tick"].includes(intent.type);
}
