/** What the model asks a person through the tool for questions, and the answer. */
import { z } from "zod";
import { personSchema } from "./person.ts";

export const userQuestionSchema = z.object({
  id: z.string(),
  header: z.string(),
  question: z.string(),
  /** A free answer is allowed beside the options. */
  isOther: z.boolean().default(false),
  /** What is typed is not to be shown. Skein asks for nothing of that kind: an answer is in the log, and the model reads it. */
  isSecret: z.boolean().default(false),
  options: z.array(z.object({ label: z.string(), description: z.string() })).nullish(),
});

export const requestUserInputParamsSchema = z.object({
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  questions: z.array(userQuestionSchema),
  /** The turn waits for the answer. */
  isBlocking: z.boolean(),
  /** After this many milliseconds the question resolves itself; null: never. Upstream has given it up, and Skein's wait. */
  autoResolutionMs: z.int().min(0).nullish(),
});
export type RequestUserInputParams = z.infer<typeof requestUserInputParamsSchema>;

const userAnswersSchema = z.record(z.string(), z.object({ answers: z.array(z.string()) }));
/** By question id; a question without an entry was left open. */
export type UserAnswers = z.infer<typeof userAnswersSchema>;

export const requestUserInputResponseSchema = z.object({ answers: userAnswersSchema });
export type RequestUserInputResponse = z.infer<typeof requestUserInputResponseSchema>;

/** Who answered: a member of the tenant, and the client they used. */
export const answeredBySchema = personSchema;

/** Questions that are settled, as a turn keeps them: they are no items. */
export const settledQuestionsSchema = z.object({
  /** The model's call. */
  itemId: z.string(),
  questions: z.array(userQuestionSchema),
  /** null: nobody answered before the turn ended, or the person said something else. */
  answers: userAnswersSchema.nullable(),
  answeredBy: answeredBySchema.nullable(),
  askedAtMs: z.int(),
  settledAtMs: z.int(),
});
export type SettledQuestions = z.infer<typeof settledQuestionsSchema>;

const decisionSchema = z.enum(["accept", "acceptForSession", "decline", "cancel"]);

/** Who decided about an item, or about a connection of its command, as its turn keeps it. */
export const settledDecisionSchema = z.object({
  itemId: z.string(),
  decision: decisionSchema,
  /** Absent: about the item itself. `isRule`: it counts for every further one of the thread to this host. */
  connection: z.object({ host: z.string(), isRule: z.boolean() }).optional(),
  /** Null: the server itself. */
  answeredBy: answeredBySchema.nullable(),
  decidedAtMs: z.int(),
});
export type SettledDecision = z.infer<typeof settledDecisionSchema>;

export const approvalOutcomeSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("decided"), decision: decisionSchema }),
  /** To a connection: every further one of the thread to this host is decided as this one. */
  z.object({ type: z.literal("networkRule"), host: z.string(), action: z.enum(["allow", "deny"]) }),
  /** To questions. */
  z.object({ type: z.literal("answered"), answers: userAnswersSchema }),
  /** The turn ended, or went on, before anyone answered. */
  z.object({ type: z.literal("withdrawn") }),
  /** The client answered with an error, or with nothing that can be read. */
  z.object({ type: z.literal("failed"), message: z.string() }),
]);
