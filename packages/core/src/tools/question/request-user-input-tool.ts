/**
 * Lets the model ask a person before it goes on. The questions are in the log like an approval, so they wait across restarts
 * under one id. Upstream lets the model use the tool in Plan mode only; there is no such mode here, and a model that is in doubt
 * had better ask than guess.
 */
import type { ApprovalOutcome, Question } from "@skein/timeline/event";
import { z } from "zod";
import { parametersOf, parseArguments } from "../parse-arguments.ts";
import type { ToolContext, ToolDefinition, ToolOutput } from "../tool.ts";
import { presentAnswers } from "./present-answers.ts";

const maxQuestions = 3;

const questionsArguments = z.object({
  questions: z
    .array(
      z.object({
        id: z.string().min(1).describe("Names the question in the answer, in snake_case."),
        header: z.string().describe("A word or two."),
        question: z.string().min(1).describe("One sentence."),
        options: z
          .array(
            z.object({
              label: z.string().min(1).describe("One to five words."),
              description: z.string().describe("What choosing it means, in a sentence."),
            }),
          )
          .optional()
          .describe(
            "Two or three that exclude each other, the recommended one first. The person may always answer freely.",
          ),
      }),
    )
    .min(1)
    .max(maxQuestions)
    .refine((questions) => new Set(questions.map(({ id }) => id)).size === questions.length, "ids must differ"),
});

export const requestUserInputTool: ToolDefinition = {
  name: "request_user_input",
  parallel: false,
  startsWithItem: true,
  spec: {
    type: "function",
    name: "request_user_input",
    description: `Ask the person one to ${maxQuestions} short questions and wait for the answers. Only for what they alone can decide.`,
    strict: false,
    parameters: parametersOf(questionsArguments),
  },
  run(call, context) {
    const parsed = parseArguments(questionsArguments, call.input);
    if (!parsed.ok) return Promise.resolve({ output: parsed.error, success: false });
    const questions = parsed.value.questions.map(
      ({ options = [], ...question }): Question => ({ ...question, options: options.length === 0 ? null : options }),
    );
    return askAndReport(call.callId, questions, context);
  },
  resume(call, { request }, context) {
    if (request.type !== "questions") throw new TypeError(`the call ${call.callId} asked for an approval`);
    return askAndReport(call.callId, request.questions, context);
  },
};

/** The question was withdrawn for what the person said, which the model reads next. */
const notAnswered = "not answered: the person said something else instead";

async function askAndReport(callId: string, questions: readonly Question[], context: ToolContext): Promise<ToolOutput> {
  const outcome = await context.question(callId, questions);
  return reportOf(outcome, context.signal.aborted);
}

function reportOf(outcome: ApprovalOutcome, isInterrupted: boolean): ToolOutput {
  switch (outcome.type) {
    case "answered":
      return { output: presentAnswers(outcome.answers), success: true };
    case "failed":
      return { output: `nobody could be asked: ${outcome.message}`, success: false };
    case "withdrawn":
    case "decided":
    case "networkRule":
      return { output: isInterrupted ? "aborted by user" : notAnswered, success: false };
  }
}
