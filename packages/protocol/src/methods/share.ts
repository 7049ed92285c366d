/** Skein's: links by which people who are no members see one thread. Times in milliseconds since the epoch. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { pageSchema } from "../paging.ts";
import { asOfSchema } from "../replay.ts";
import { pagedTurnSchema } from "../turn.ts";

/** What may be done by the link. */
export const shareLevelSchema = z.enum(["read", "comment", "prompt"]);
export type ShareLevel = z.infer<typeof shareLevelSchema>;

export const shareLinkSchema = z.object({
  id: z.string(),
  threadId: z.string(),
  title: z.string(),
  level: shareLevelSchema,
  /** Whether turns from before the link are shown. */
  withHistory: z.boolean(),
  /** False: what came after the link is not shown. */
  isLive: z.boolean(),
  createdBy: z.string(),
  createdAt: z.int(),
  /** Null: it does not end by itself. */
  expiresAt: z.int().nullable(),
  /** How often its page was opened. */
  opens: z.int(),
});
export type ShareLink = z.infer<typeof shareLinkSchema>;

/** Which part of the thread is shown. Both are whole turns: one that runs belongs to what comes. */
const shareRange = { withHistory: z.boolean().optional(), isLive: z.boolean().optional() };

export const shareMethods = {
  /**
   * `path`: of the link, to be put behind the server's address. It is shown this once; the server keeps the hash of its secret. Prompting
   * by a link needs an account.
   */
  "skein/share/create": {
    params: z.object({
      threadId: z.string(),
      title: z.string().min(1).max(200),
      level: shareLevelSchema.optional(),
      expiresAt: z.int().nullish(),
      ...shareRange,
    }),
    result: z.object({ link: shareLinkSchema, path: z.string() }),
  },
  /** Those that lead somewhere, newest first. */
  "skein/share/list": {
    params: z.object({ threadId: z.string() }),
    result: z.object({ data: z.array(shareLinkSchema) }),
  },
  /** Whoever has the link open sees it end. */
  "skein/share/revoke": {
    params: z.object({ threadId: z.string(), linkId: z.string() }),
    result: emptyResultSchema,
  },
  /** The turns as viewers would see them, a page as `thread/turns/list` gives it, with all items. */
  "skein/share/preview": {
    params: z.object({
      threadId: z.string(),
      cursor: z.string().nullish(),
      limit: z.uint32().nullish(),
      ...shareRange,
    }),
    result: pageSchema(pagedTurnSchema).extend({ asOf: asOfSchema.optional() }),
  },
  /**
   * A thread of the caller's own, made of what a viewer of the link sees: neither the model's own record of it nor the workspace comes
   * along. `token`: the secret of the link.
   */
  "skein/share/copy": {
    params: z.object({ token: z.string().min(1).max(200) }),
    result: z.object({ threadId: z.string() }),
  },
} as const satisfies Record<string, Method>;
