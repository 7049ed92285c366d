import { z } from "zod";

export const requestIdSchema = z.union([z.string(), z.int()]);
export type RequestId = z.infer<typeof requestIdSchema>;
