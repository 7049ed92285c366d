/** Asks the person, and makes something of what they say. */
import type { Conversation } from "../conversation.ts";
import { bulletList } from "../markdown-text.ts";
import { answer, askPerson, type Reply, remark, reply } from "../reply.ts";

const questions = [
  {
    id: "drink",
    header: "Drink",
    question: "What shall the next cup hold?",
    options: [
      { label: "Coffee", description: "Strong, from the machine in the hall." },
      { label: "Tea", description: "Takes four minutes, and keeps longer." },
    ],
  },
  { id: "name", header: "Name", question: "What shall stand on it?" },
];

export function playAsk(conversation: Conversation): Reply {
  if (!conversation.tools.question) return reply(answer("This thread gives me no tool to ask you with."));
  const [asked] = conversation.calls;
  if (asked?.result == null) {
    return reply(
      remark("Two things only you can say. Answer, skip them, or say something else."),
      askPerson(questions),
    );
  }
  const answers = readAnswers(asked.result.text);
  const lines = questions.map(({ id, header }) => `${header}: ${answers.get(id) ?? "left open"}`);
  return reply(answer(`${answers.size === 0 ? "You keep it to yourself" : "I have noted"}:\n\n${bulletList(lines)}`));
}

/** By question id; none when nothing was answered. */
function readAnswers(output: string): ReadonlyMap<string, string> {
  try {
    const { answers } = JSON.parse(output) as { answers: Record<string, { answers: string[] }> };
    return new Map(Object.entries(answers).map(([id, given]) => [id, given.answers.join(", ")]));
  } catch {
    return new Map();
  }
}
