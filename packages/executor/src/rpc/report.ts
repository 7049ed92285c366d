/**
 * What a runner may say, checked on the environment's side: a command can take the runner over, so everything that comes
 * out of a sandbox is untrusted until it has passed here.
 */
import * as z from "zod";
import type { RunnerMethod, RunnerResult } from "./methods.ts";

const processId = z.string().max(200);
/** Absent: stdout. */
const stream = z.literal("stderr").optional();
const kind = z.enum(["file", "directory", "other"]);
const name = z.string().max(4096);

export const runnerReport = z.union([
  z.object({ id: z.int(), result: z.unknown() }),
  z.object({ id: z.int(), error: z.object({ code: z.string().max(64), message: z.string().max(4096) }) }),
  z.object({
    method: z.literal("process/output"),
    params: z.object({ processId, seq: z.int().positive(), stream }),
  }),
  z.object({
    method: z.literal("process/exited"),
    params: z.object({
      processId,
      seq: z.int().positive(),
      exitCode: z.int().nullable(),
      signal: z.string().max(32).nullable(),
    }),
  }),
]);

export type RunnerReport =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }
  | {
      readonly method: "process/output";
      readonly params: { readonly processId: string; readonly seq: number; readonly stream?: "stderr" };
    }
  | {
      readonly method: "process/exited";
      /** `seq` follows that of the last output. Exactly one of `exitCode` and `signal` is set. */
      readonly params: {
        readonly processId: string;
        readonly seq: number;
        readonly exitCode: number | null;
        readonly signal: string | null;
      };
    };

const nothing = z.object({});

export const runnerResults: { readonly [M in RunnerMethod]: z.ZodType<RunnerResult<M>> } = {
  initialize: nothing,
  "lease/renew": nothing,
  "environment/info": z.object({ processes: z.int().nonnegative() }),
  "process/start": nothing,
  "process/write": nothing,
  "process/closeStdin": nothing,
  "process/resize": nothing,
  "process/interrupt": nothing,
  "process/kill": nothing,
  "process/acknowledge": nothing,
  "fs/readFile": z.object({ found: z.boolean() }),
  "fs/writeFile": nothing,
  "fs/kind": z.object({ kind: kind.nullable() }),
  "fs/metadata": z.object({
    isDirectory: z.boolean(),
    isFile: z.boolean(),
    isSymlink: z.boolean(),
    createdAtMs: z.int(),
    modifiedAtMs: z.int(),
  }),
  "fs/list": z.object({ entries: z.array(z.object({ name, kind })), truncated: z.boolean() }),
  "fs/walk": z.object({ files: z.array(name), truncated: z.boolean() }),
  "fs/makeDirectory": nothing,
  "fs/remove": nothing,
};
