/** Plays without any tool. */
import type { Conversation } from "../conversation.ts";
import { bulletList, codeBlock, quoted } from "../markdown-text.ts";
import { answer, type PlanStatus, type Reply, remark, reply, runCommand, think, updatePlan } from "../reply.ts";

export const invitations = [
  "`list files`, `run git status`, `create a file notes.md saying hello`",
  '`replace "hello" with "goodbye" in notes.md`, then look at the diff',
  "`escalate`: I ask for your approval; accept or decline it",
  "`ask me something`: I put two questions to you",
  "`count to 200` or `tick 30`: interrupt me, steer me, or cut the network",
  "`plan`, `reason`, `markdown`, `fail`: what those look like",
];

export function playGreet(): Reply {
  const introduction =
    "Hello! I am Skein's built-in **demo model**: a script, not an AI. What I do is real, though: " +
    "commands, patches, approvals and the log work as they do with a real model. Try:";
  const outlook = "With `OPENAI_API_KEY` set, a real model answers here.";
  return reply(answer(`${introduction}\n\n${bulletList(invitations)}\n\n${outlook}`));
}

export function playCount(to: number): Reply {
  const numbers = Array.from({ length: to }, (_, index) => index + 1);
  return reply(answer(`${numbers.join(" ")} and done.`, 4));
}

export function playReason(conversation: Conversation): Reply {
  const summary =
    "**Weighing the question**\n\nThis is a summary of reasoning, as models that reason send it. " +
    "It arrives before the answer, and the timeline keeps it folded away.";
  return reply(think(summary), answer(`After some thought about ${quoted(conversation.prompt)}: yes, and no.`));
}

export function playMarkdown(): Reply {
  const code = codeBlock('export function greet(name: string): string {\n  return "Hello, " + name + "!";\n}', "ts");
  const table = "| seq | event |\n|---:|---|\n| 1 | turn started |\n| 2 | item completed |";
  const list = "1. First *this*,\n2. then **that**,\n   - with `a detail`,\n3. and ~~nothing~~ more.";
  return reply(answer(`## Markdown\n\n${list}\n\n> A quotation.\n\n${code}\n\n${table}\n\nThe end.`));
}

export function playFail(): Reply {
  return {
    parts: [answer("This answer begins well, but you asked me to fail, and so ")],
    failure: { code: "invalid_prompt", message: "The demo model fails here because the prompt asked it to." },
  };
}

const planSteps = ["Look at the date", "Look at the directory", "Report"] as const;
const planCommands = ["date", "pwd"] as const;

/** One step of a plan per response: the step's command, and the plan as it stands. */
export function playPlan(conversation: Conversation): Reply {
  const done = conversation.calls.filter((call) => call.name === "exec_command").length;
  const plan = (finished: number) =>
    updatePlan(planSteps.map((step, index) => [step, statusOf(index, finished)] as const));
  const command = planCommands[done];
  if (!conversation.tools.plan || !conversation.tools.command) {
    return reply(answer(`My plan:\n\n${bulletList(planSteps)}\n\nThis thread gives me no tools to follow it.`));
  }
  if (command !== undefined) {
    const opening = done === 0 ? [remark("I make a plan and follow it.")] : [];
    return reply(...opening, plan(done), runCommand(command));
  }
  const isClosed = conversation.calls.at(-1)?.name === "update_plan";
  return isClosed ? reply(answer("The plan is done, every step of it.")) : reply(plan(planSteps.length));
}

/** JSON of the asked-for shape; every property is told the same. */
export function playStructuredAnswer(prompt: string, properties: readonly string[]): Reply {
  const words = /[^\s<>]+(?: [^\s<>]+){0,5}/.exec(prompt.trim().split("\n").at(-1) ?? "")?.[0] ?? "Demo thread";
  const title = words.slice(0, 48).trim();
  return reply(answer(JSON.stringify(Object.fromEntries(properties.map((property) => [property, title])))));
}

function statusOf(index: number, finished: number): PlanStatus {
  if (index < finished) return "completed";
  return index === finished ? "in_progress" : "pending";
}
