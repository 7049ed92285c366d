/** The one place where a runner reads its environment. A wrong value stops it with one line that names the variable. */
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { type InternalHosts, parseInternalHosts } from "@skein/executor/egress/internal-hosts";
import { runnerNamePattern } from "@skein/executor/host/runner-name";
import { readRunnerToken } from "@skein/executor/host/runner-token";
import { type LimitSettings, readLimitSettings } from "@skein/executor/resources/limit-settings";
import * as z from "zod";

const unset = (value: unknown): unknown => (value === "" ? undefined : value);
const text = z.preprocess(unset, z.string().optional());

const schema = z.object({
  SKEIN_RUNNER_NAME: z.preprocess(
    unset,
    z
      .string()
      .regex(runnerNamePattern, "must be of small letters, digits, dots and dashes")
      .refine((name) => name !== "local", "local is what a node calls its own runner")
      .optional(),
  ),
  SKEIN_RUNNER_HOST: text,
  SKEIN_RUNNER_PORT: z.preprocess(
    unset,
    z.coerce.number("must be a port").int("must be a port").min(0).max(65_535, "must be a port").default(4600),
  ),
  SKEIN_RUNNER_TOKEN: text,
  SKEIN_RUNNER_TOKEN_FILE: text,
  SKEIN_DATA_DIR: text,
  SKEIN_WORKSPACE_ROOTS: text,
  SKEIN_ALLOW_UNSANDBOXED: z.preprocess(unset, z.enum(["on", "off"], "must be on or off").default("off")),
  SKEIN_BUBBLEWRAP: text,
  SKEIN_INTERNAL_HOSTS: text,
});

export interface ServeConfig {
  /** null: the one that the data directory has. */
  readonly name: string | null;
  readonly host: string;
  readonly port: number;
  readonly token: string;
  /** Where the token is kept, which no command may read. */
  readonly tokenFile: string | null;
  readonly dataDirectory: string;
  readonly workspaceRoots: readonly string[];
  readonly allowUnsandboxed: boolean;
  readonly bubblewrapPath: string;
  /** What commands may lead to beside the public internet. */
  readonly internalHosts: InternalHosts;
  readonly limits: LimitSettings;
}

/** Throws an error whose message is one line that names the variable. */
export function readServeConfig(
  environment: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
): ServeConfig {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  const values = parsed.data;
  const directory = values.SKEIN_DATA_DIR ?? (isRoot ? "/var/lib/skein-runner" : join(homedir(), ".skein-runner"));
  const dataDirectory = resolve(directory);
  return {
    name: values.SKEIN_RUNNER_NAME ?? null,
    host: values.SKEIN_RUNNER_HOST ?? "127.0.0.1",
    port: values.SKEIN_RUNNER_PORT,
    token: readToken(values),
    tokenFile: values.SKEIN_RUNNER_TOKEN_FILE ?? null,
    dataDirectory,
    workspaceRoots: readRoots(values.SKEIN_WORKSPACE_ROOTS, dataDirectory),
    allowUnsandboxed: values.SKEIN_ALLOW_UNSANDBOXED === "on",
    bubblewrapPath: values.SKEIN_BUBBLEWRAP ?? "/usr/bin/bwrap",
    internalHosts: readInternalHosts(values.SKEIN_INTERNAL_HOSTS),
    limits: readLimitSettings(environment),
  };
}

function readInternalHosts(value: string | undefined): InternalHosts {
  try {
    return parseInternalHosts(value ?? "");
  } catch (error) {
    throw new Error(`SKEIN_INTERNAL_HOSTS: ${(error as Error).message}`);
  }
}

function readToken(values: z.infer<typeof schema>): string {
  const file = values.SKEIN_RUNNER_TOKEN_FILE ?? null;
  const variable = file === null ? "SKEIN_RUNNER_TOKEN" : "SKEIN_RUNNER_TOKEN_FILE";
  try {
    const token = readRunnerToken({ token: values.SKEIN_RUNNER_TOKEN ?? null, file });
    if (token !== null) return token;
  } catch (error) {
    throw new Error(`${variable}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new Error("SKEIN_RUNNER_TOKEN: nodes have to show a token; give one of 32 characters or more");
}

function readRoots(value: string | undefined, dataDirectory: string): readonly string[] {
  if (value === undefined) return [join(dataDirectory, "workspaces")];
  const roots = value.split(delimiter).filter((root) => root !== "");
  const relative = roots.find((root) => !isAbsolute(root));
  if (relative !== undefined) throw new Error(`SKEIN_WORKSPACE_ROOTS: ${relative} is not an absolute path`);
  return roots.map((root) => resolve(root));
}
