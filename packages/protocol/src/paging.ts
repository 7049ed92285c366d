/** Lists come in pages: an opaque cursor leads on, another one back. */
import { z } from "zod";

export const sortDirectionSchema = z.enum(["asc", "desc"]);
export type SortDirection = z.infer<typeof sortDirectionSchema>;

export const pageParams = {
  cursor: z.string().nullish(),
  limit: z.uint32().nullish(),
};

export const orderedPageParams = { ...pageParams, sortDirection: sortDirectionSchema.nullish() };

/** A page that leads on only. */
export function forwardPageSchema<T extends z.ZodType>(entry: T) {
  return z.object({ data: z.array(entry), nextCursor: z.string().nullable() });
}

/** A page that leads both ways. `backwardsCursor` starts at this page's first entry and goes the other way. */
export function pageSchema<T extends z.ZodType>(entry: T) {
  return z.object({
    data: z.array(entry),
    nextCursor: z.string().nullable(),
    backwardsCursor: z.string().nullable(),
  });
}
