/** What `command/exec` and `process/spawn` ask for, judged before anything runs. */
import { errors } from "@skein/protocol/errors";
import type { ErrandCommand } from "../errand/errand-command.ts";
import type { ErrandProcess } from "../errand/errand-process.ts";
import { NotTaken } from "../errand/errand-process.ts";
import { decodeBase64 } from "./base64.ts";
import { refuse } from "./request-error.ts";

interface Size {
  readonly rows: number;
  readonly cols: number;
}

/** As both methods have it. */
export interface CommandParams {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string | null>> | null | undefined;
  readonly tty?: boolean | undefined;
  readonly size?: Size | null | undefined;
  readonly streamStdin?: boolean | undefined;
  readonly streamStdoutStderr?: boolean | undefined;
}

const defaultSize = { rows: 24, columns: 80 };
const maxSize = 10_000;
export const defaultTimeoutMs = 10_000;
export const defaultCapBytes = 1024 * 1024;

export function commandOf(
  method: string,
  params: CommandParams,
  bounds: Pick<ErrandCommand, "capBytes" | "timeoutMs" | "policy">,
): ErrandCommand {
  const { command, env, tty = false, size, streamStdin = false, streamStdoutStderr = false } = params;
  if (command.length === 0) refuse(errors.invalidParams("the command names no program"));
  if (size && !tty) refuse(errors.badCommand(`${method}: only a terminal has a size, and tty is not true`));
  if (bounds.timeoutMs !== null && bounds.timeoutMs < 0) {
    refuse(errors.badCommand(`${method} timeoutMs must not be negative, and is ${bounds.timeoutMs}`));
  }
  const name = Object.keys(env ?? {}).find((key) => key === "" || key.includes("="));
  if (name !== undefined) refuse(errors.badCommand(`${method} env has a name that no variable can have`));
  return {
    argv: command,
    env: env ?? {},
    tty: tty ? (size ? sizeOf(method, size) : defaultSize) : null,
    stdin: tty || streamStdin,
    isStreamed: tty || streamStdoutStderr,
    ...bounds,
  };
}

export function sizeOf(method: string, { rows, cols }: Size) {
  if (rows === 0 || cols === 0) refuse(errors.badCommand(`${method}: a terminal has at least one row and one column`));
  return { rows: Math.min(rows, maxSize), columns: Math.min(cols, maxSize) };
}

/** What is said to a command: bytes, the end of them, or both. */
export async function write(
  method: string,
  process: ErrandProcess,
  {
    deltaBase64,
    closeStdin = false,
  }: { readonly deltaBase64?: string | null | undefined; readonly closeStdin?: boolean | undefined },
): Promise<Record<string, never>> {
  if (typeof deltaBase64 !== "string" && !closeStdin)
    refuse(errors.badCommand(`${method} says nothing: it has neither deltaBase64 nor closeStdin`));
  const bytes = typeof deltaBase64 === "string" ? decodeBase64(deltaBase64) : null;
  if (typeof deltaBase64 === "string" && bytes === null) refuse(errors.badCommand("deltaBase64 is not base64"));
  await process.write(bytes, closeStdin);
  return {};
}

/** As `work` settles; `kind` and `ended` are words for what cannot be said to the command. */
export async function said<T>(work: () => Promise<T>, kind: string, ended: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    switch (error.why) {
      case "noStdin":
        return refuse(errors.processRefused(`the ${kind} was begun without streamStdin, so nothing can be said to it`));
      case "noTerminal":
        return refuse(errors.processRefused(`the ${kind} has no terminal, so it has no size`));
      case "ended":
        return refuse(errors.processRefused(ended));
    }
  }
}
