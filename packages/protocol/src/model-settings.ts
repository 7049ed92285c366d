/** How the model is asked: effort, summary, personality, collaboration mode. */
import { z } from "zod";

/** An open set: "minimal", "low", "medium", "high", "xhigh" and whatever a model adds. */
export const reasoningEffortSchema = z.string().min(1);
export type ReasoningEffort = z.infer<typeof reasoningEffortSchema>;

export const reasoningSummarySchema = z.enum(["auto", "concise", "detailed", "none"]);
export type ReasoningSummary = z.infer<typeof reasoningSummarySchema>;

export const personalitySchema = z.enum(["none", "friendly", "pragmatic"]);
export type Personality = z.infer<typeof personalitySchema>;

export const modeKindSchema = z.enum(["plan", "default"]);
export type ModeKind = z.infer<typeof modeKindSchema>;

/** The keys of `settings` are snake_case on the wire. */
export const collaborationModeSchema = z.object({
  mode: modeKindSchema,
  settings: z.object({
    model: z.string(),
    reasoning_effort: reasoningEffortSchema.nullish(),
    developer_instructions: z.string().nullish(),
  }),
});
export type CollaborationMode = z.infer<typeof collaborationModeSchema>;

export const multiAgentModeSchema = z.union([
  z.enum(["explicitRequestOnly", "proactive"]),
  z.object({ custom: z.string() }),
]);
export type MultiAgentMode = z.infer<typeof multiAgentModeSchema>;

export const cyberAccessProgramSchema = z.enum(["standard", "daybreakBlue", "daybreakRed"]);
