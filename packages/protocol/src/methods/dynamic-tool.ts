/** Tools that the client offers to run for the agent. */
import { z } from "zod";

const dynamicFunctionSchema = z.object({
  type: z.literal("function"),
  name: z.string(),
  description: z.string(),
  /** A JSON Schema, passed on to the model as it is. */
  inputSchema: z.unknown(),
  deferLoading: z.boolean().optional(),
});

export const dynamicToolSpecSchema = z.discriminatedUnion("type", [
  dynamicFunctionSchema,
  z.object({
    type: z.literal("namespace"),
    name: z.string(),
    description: z.string(),
    tools: z.array(dynamicFunctionSchema),
  }),
]);
export type DynamicToolSpec = z.infer<typeof dynamicToolSpecSchema>;
