import { z } from "zod";

/** Params of a method that takes none; an object, null and absence all mean that. */
export const noParamsSchema = z.object({}).nullish();

/** Params that must be an object, though nothing in it matters. */
export const emptyParamsSchema = z.object({});

/** `{}`: done, nothing to tell. */
export const emptyResultSchema = z.object({});
export type EmptyResult = z.infer<typeof emptyResultSchema>;
