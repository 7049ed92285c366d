import { z } from "zod";
import { DEFAULT_MAX_OUTPUT_TOKENS } from "./model-output.ts";

const yieldTime = (what: string) => z.number().optional().describe(what);
const maxOutputTokens = z
  .number()
  .optional()
  .describe(`Most tokens of output to return; more is shortened in the middle. Default ${DEFAULT_MAX_OUTPUT_TOKENS}.`);

export const execCommandArguments = z.object({
  cmd: z.string().describe("The command line, for the shell to run."),
  workdir: z
    .string()
    .optional()
    .describe("Directory to run it in, absolute or relative to the thread's directory, which is the default."),
  shell: z.string().optional().describe("Path or name of another shell than the default one."),
  login: z.boolean().optional().describe("Whether the shell is a login shell (-l). Default true."),
  tty: z
    .boolean()
    .optional()
    .describe("Give the command a terminal. Needed by programs that ask questions. Default false."),
  yield_time_ms: yieldTime(
    "How long to wait for the end before answering with what there is, 250 to 30000 ms. Default 10000. The command then goes on as a session.",
  ),
  max_output_tokens: maxOutputTokens,
  sandbox_permissions: z
    .enum(["use_default", "require_escalated"])
    .optional()
    .describe("require_escalated asks for leave to run outside the sandbox's limits. Default use_default."),
  justification: z
    .string()
    .optional()
    .describe("With require_escalated: one short question to the person that says why it is needed."),
  prefix_rule: z
    .array(z.string())
    .optional()
    .describe("With require_escalated: the beginning of the command that could sensibly be allowed from now on."),
});

export type ExecCommandArguments = z.infer<typeof execCommandArguments>;

export const writeStdinArguments = z.object({
  session_id: z.number().describe("The session ID that exec_command gave."),
  chars: z.string().optional().describe("What to type; nothing, the default, only waits for more output."),
  yield_time_ms: yieldTime(
    "How long to wait for output, in ms: 250 to 30000 after typing (default 250), 5000 to 300000 when only waiting (default 5000).",
  ),
  max_output_tokens: maxOutputTokens,
});

export function limitYieldTime(wantedMs: number | undefined, range: YieldRange): number {
  return Math.min(range.maxMs, Math.max(range.minMs, Math.round(wantedMs ?? range.defaultMs)));
}

interface YieldRange {
  readonly minMs: number;
  readonly maxMs: number;
  readonly defaultMs: number;
}

export const execYield: YieldRange = { minMs: 250, maxMs: 30_000, defaultMs: 10_000 };
export const typeYield: YieldRange = { minMs: 250, maxMs: 30_000, defaultMs: 250 };
export const pollYield: YieldRange = { minMs: 5_000, maxMs: 300_000, defaultMs: 5_000 };

/** A call may ask for less than the default, never for more. */
export function limitOutputTokens(wanted: number | undefined): number {
  return Math.min(DEFAULT_MAX_OUTPUT_TOKENS, Math.max(0, Math.floor(wanted ?? DEFAULT_MAX_OUTPUT_TOKENS)));
}
