/** What the program that works on whole trees is asked, as its one argument, and what it prints: a line of JSON each. */
import * as z from "zod";

const path = z.string().startsWith("/");
const count = z.int().nonnegative();

/** Both are parts of names: of a directory, and of a branch. */
const worktree = z.object({
  slug: z.string().regex(/^[a-z0-9]{1,40}$/),
  branch: z.string().regex(/^skein\/[a-z0-9]{1,40}$/),
});

export const treeTask = z.discriminatedUnion("type", [
  z.object({ type: z.literal("measure"), root: path }),
  z.object({ type: z.literal("empty"), root: path }),
  /** A link goes as a link. A directory that is not empty goes only when `recursive`. */
  z.object({ type: z.literal("remove"), path, recursive: z.boolean() }),
  /** Links are copied as links; a directory is merged into one that is there. */
  z.object({ type: z.literal("copy"), from: path, to: path }),
  z.object({
    type: z.literal("unpack"),
    root: path,
    /** Holds the parts of the archive; removed at the end, whatever it is. */
    parts: z.object({ directory: path, count, partBytes: z.int().positive() }),
    limits: z.object({ maxBytes: count, maxFiles: count }),
  }),
  z.object({
    type: z.literal("clone"),
    /** Empty. */
    root: path,
    /** Of https, without a user. */
    url: z.string().startsWith("https://"),
    /** null: the one that the repository names. */
    branch: z.string().nullable(),
    /** Of commits; null: all of them. */
    depth: z.int().positive().nullable(),
    limits: z.object({ maxBytes: count, maxFiles: count }),
  }),
  /** Of a thread, in the repository at the root. Others go too, if no thread is left of them; `inUse`: in which threads work. */
  z.object({ type: z.literal("addWorktree"), root: path, place: worktree, inUse: z.array(z.string()) }),
  z.object({ type: z.literal("removeWorktree"), root: path, place: worktree, inUse: z.array(z.string()) }),
]);
export type TreeTask = z.infer<typeof treeTask>;

const use = z.object({ bytes: count, files: count });

/** How far Git is. */
const stage = z.object({
  step: z.enum(["fetching", "resolving", "checkingOut"]),
  percent: z.int().min(0).max(100),
});
export type CloneStage = z.infer<typeof stage>;

export const treeReport = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), ...use.shape, stage: stage.optional() }),
  z.object({ type: z.literal("done"), ...use.shape }),
  /** The message is for the person who asked; `code` is the errno name where the file system refused. */
  z.object({ type: z.literal("refused"), message: z.string(), code: z.string().nullable() }),
]);
export type TreeReport = z.infer<typeof treeReport>;

/** In place of a program's path: wherever commands run, it is found under this name. */
export const treeProgram = "skein:tree";
