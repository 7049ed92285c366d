/** The one place that reads the environment. A wrong value stops the server with one line that names it. */
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { type InternalHosts, parseInternalHosts } from "@skein/executor/egress/internal-hosts";
import { type LimitSettings, readLimitSettings } from "@skein/executor/resources/limit-settings";
import { z } from "zod";
import { type ProviderConfig, readAccountSettings, type TrustedProxies } from "./config-accounts.ts";
import { ConfigError } from "./config-error.ts";
import { type RateSettings, readRateSettings } from "./config-rates.ts";
import { type RunnerEntry, readRunners, readToken } from "./config-runners.ts";
import { readUsageSettings, type UsageSettings } from "./config-usage.ts";
import { readWorkspaceQuota, type WorkspaceQuota, workspaceVariables } from "./config-workspaces.ts";
import { readSecrets } from "./config-wrapping-keys.ts";
import { type NatsAddress, parseNatsUrl } from "./nats-address.ts";

const blankIsUnset = (value: unknown): unknown => (value === "" ? undefined : value);
const optionalText = z.preprocess(blankIsUnset, z.string().optional());
const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => blankIsUnset(given) ?? value, schema);
const wholeNumber = (minimum: number, maximum: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/, "must be a whole number").transform(Number)])
    .pipe(z.number().int().min(minimum, `must be at least ${minimum}`).max(maximum, `must be at most ${maximum}`));
const switchValue = z.enum(["on", "off"], "must be on or off").transform((value) => value === "on");
const webAddress = (protocols: RegExp) =>
  z.preprocess(blankIsUnset, z.url({ protocol: protocols, error: "must be a full address" }).optional());

const environmentSchema = z.object({
  HOST: withDefault(z.string(), "127.0.0.1"),
  PORT: withDefault(wholeNumber(0, 65_535), 4500),
  DATABASE_URL: webAddress(/^postgres(ql)?$/),
  SKEIN_DATA_DIR: optionalText,
  SKEIN_PUBLIC_URL: webAddress(/^https?$/),
  SKEIN_ACCOUNTS: withDefault(switchValue, "off"),
  SKEIN_TRUST_PROXY: optionalText,
  SKEIN_OIDC_ISSUER: webAddress(/^https?$/),
  SKEIN_OIDC_CLIENT_ID: optionalText,
  SKEIN_OIDC_CLIENT_SECRET: optionalText,
  SKEIN_OIDC_NAME: optionalText,
  SKEIN_LEASE_SECONDS: withDefault(wholeNumber(1, 3600), 10),
  SKEIN_COMPACT_AFTER_SECONDS: withDefault(wholeNumber(0, 31_536_000), 600),
  SKEIN_STOP_GRACE_SECONDS: withDefault(wholeNumber(0, 600), 10),
  SKEIN_NODE_ID: optionalText,
  NATS_URL: optionalText,
  SKEIN_ACCESS_TOKEN: z.preprocess(blankIsUnset, z.string().min(16, "must have at least 16 characters").optional()),
  SKEIN_METRICS_TOKEN: z.preprocess(blankIsUnset, z.string().min(16, "must have at least 16 characters").optional()),
  SKEIN_WORKSPACE_ROOTS: optionalText,
  SKEIN_ALLOW_UNSANDBOXED: withDefault(switchValue, "off"),
  SKEIN_BUBBLEWRAP: withDefault(z.string().startsWith("/", "must be an absolute path"), "/usr/bin/bwrap"),
  SKEIN_INTERNAL_HOSTS: optionalText,
  ...workspaceVariables,
  SKEIN_RUNNERS: optionalText,
  SKEIN_RUNNER_TOKEN: optionalText,
  SKEIN_RUNNER_TOKEN_FILE: optionalText,
  SKEIN_RUNNER_PATIENCE_SECONDS: withDefault(wholeNumber(1, 86_400), 600),
  SKEIN_SECRET: optionalText,
  SKEIN_SECRET_PREVIOUS: optionalText,
  SKEIN_USAGE_WINDOWS: withDefault(z.string(), "300/10080"),
  SKEIN_MEMBER_ALLOWANCE: optionalText,
  SKEIN_TENANT_POOL: optionalText,
  SKEIN_ANSWER_TOKENS: withDefault(wholeNumber(0, 1_000_000), 32_000),
  SKEIN_TURNS_PER_NODE: withDefault(wholeNumber(1, 100_000), 500),
  SKEIN_TURNS_PER_TENANT: withDefault(wholeNumber(1, 100_000), 250),
  SKEIN_TURNS_PER_MEMBER: withDefault(wholeNumber(1, 100_000), 100),
  SKEIN_MODEL: optionalText,
  SKEIN_MODEL_PATIENCE_SECONDS: withDefault(wholeNumber(1, 86_400), 300),
  OPENAI_API_KEY: optionalText,
  OPENAI_BASE_URL: webAddress(/^https?$/),
  LOG_LEVEL: withDefault(z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]), "info"),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  /** null: embedded Postgres in the data directory. */
  readonly databaseUrl: string | null;
  readonly dataDirectory: string;
  /** The address people use, without a trailing slash; null: derived from where the server listens. */
  readonly publicUrl: string | null;
  readonly accounts: boolean;
  /** null: people sign in by password only. */
  readonly provider: ProviderConfig | null;
  readonly trustedProxies: TrustedProxies;
  readonly leaseSeconds: number;
  /** How long after an item's completion its chunks are deleted. */
  readonly compactAfterSeconds: number;
  /** How long running commands have to end when the server is asked to stop. */
  readonly stopGraceSeconds: number;
  readonly nodeId: string | null;
  /** null: a single node. */
  readonly nats: NatsAddress | null;
  readonly accessToken: string | null;
  /** With which `/metrics` and the details of `/healthz` are shown to other machines. */
  readonly metricsToken: string | null;
  /** Directories in which the local user may open workspaces. */
  readonly workspaceRoots: readonly string[];
  /** Commands may run without a sandbox where the machine has none. */
  readonly allowUnsandboxed: boolean;
  readonly bubblewrapPath: string;
  /** What tenants' addresses and commands may lead to beside the public internet. */
  readonly internalHosts: InternalHosts;
  readonly workspaceQuota: WorkspaceQuota;
  /** Of commands at this node's own runner. */
  readonly limits: LimitSettings;
  /** The first is where workspaces are made. */
  readonly runners: readonly RunnerEntry[];
  /** For runners elsewhere; null: there are none. */
  readonly runnerToken: string | null;
  /** Where the token was read, which no command may read. */
  readonly runnerTokenFile: string | null;
  /** How long a turn waits for a runner that is away. */
  readonly runnerPatienceSeconds: number;
  /** How long a model that has begun to answer may say nothing. */
  readonly modelPatienceSeconds: number;
  readonly model: { readonly slug: string | null; readonly apiKey: string | null; readonly baseUrl: string | null };
  /** The current one first, under which secrets of tenants are kept; empty: the server makes its own. */
  readonly secrets: readonly string[];
  readonly usage: UsageSettings;
  readonly rates: RateSettings;
  readonly logLevel: string;
}

export function readConfig(environment: Readonly<Record<string, string | undefined>>, isRoot: boolean): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0] ?? "environment")}: ${issue?.message ?? "invalid"}`);
  }
  const values = parsed.data;
  const limits = readLimits(environment);
  const dataDirectory = resolve(values.SKEIN_DATA_DIR ?? (isRoot ? "/var/lib/skein" : join(homedir(), ".skein")));
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDirectory,
    publicUrl: readPublicUrl(values.SKEIN_PUBLIC_URL),
    ...readAccountSettings(values),
    leaseSeconds: values.SKEIN_LEASE_SECONDS,
    compactAfterSeconds: values.SKEIN_COMPACT_AFTER_SECONDS,
    stopGraceSeconds: values.SKEIN_STOP_GRACE_SECONDS,
    nodeId: values.SKEIN_NODE_ID ?? null,
    nats: readNatsUrl(values.NATS_URL, values.DATABASE_URL),
    accessToken: values.SKEIN_ACCESS_TOKEN ?? null,
    metricsToken: values.SKEIN_METRICS_TOKEN ?? null,
    workspaceRoots: readRoots(values.SKEIN_WORKSPACE_ROOTS, dataDirectory),
    allowUnsandboxed: values.SKEIN_ALLOW_UNSANDBOXED,
    bubblewrapPath: values.SKEIN_BUBBLEWRAP,
    internalHosts: readInternalHosts(values.SKEIN_INTERNAL_HOSTS),
    workspaceQuota: readWorkspaceQuota(values, limits),
    limits,
    ...readRunnerSettings(values),
    ...readUsageSettings(values),
    rates: readRateSettings(environment, values.SKEIN_ACCOUNTS),
    model: {
      slug: values.SKEIN_MODEL ?? null,
      apiKey: values.OPENAI_API_KEY ?? null,
      baseUrl: values.OPENAI_BASE_URL ?? null,
    },
    modelPatienceSeconds: values.SKEIN_MODEL_PATIENCE_SECONDS,
    secrets: readSecrets(values),
    logLevel: values.LOG_LEVEL,
  });
}

/** Links, cookies and the page know no path below which the server might stand. */
function readPublicUrl(value: string | undefined): string | null {
  if (value === undefined) return null;
  const { origin, pathname, search, hash, username, password } = new URL(value);
  if (pathname.replace(/\/+$/, "") + search + hash + username + password === "") return origin;
  throw new ConfigError(
    `SKEIN_PUBLIC_URL: must be scheme, host and port alone, such as ${origin}; Skein needs a host name of its own`,
  );
}

function readNatsUrl(value: string | undefined, databaseUrl: string | undefined): NatsAddress | null {
  if (value === undefined) return null;
  const address = parseNatsUrl(value);
  if (address === null) throw new ConfigError("NATS_URL: must be nats://host:port, or several joined by commas");
  if (databaseUrl === undefined) {
    throw new ConfigError("NATS_URL: several nodes need one database; set DATABASE_URL, or leave NATS_URL unset");
  }
  return address;
}

function readInternalHosts(value: string | undefined): InternalHosts {
  try {
    return parseInternalHosts(value ?? "");
  } catch (error) {
    throw new ConfigError(`SKEIN_INTERNAL_HOSTS: ${(error as Error).message}`);
  }
}

function readLimits(environment: Readonly<Record<string, string | undefined>>): LimitSettings {
  try {
    return readLimitSettings(environment);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

function readRunnerSettings(values: z.infer<typeof environmentSchema>) {
  const runners = readRunners(values.SKEIN_RUNNERS);
  const file = values.SKEIN_RUNNER_TOKEN_FILE ?? null;
  return {
    runners,
    runnerToken: readToken(runners, { token: values.SKEIN_RUNNER_TOKEN ?? null, file }),
    runnerTokenFile: file,
    runnerPatienceSeconds: values.SKEIN_RUNNER_PATIENCE_SECONDS,
  };
}

function readRoots(value: string | undefined, dataDirectory: string): readonly string[] {
  if (value === undefined) return [join(dataDirectory, "workspaces")];
  const roots = value.split(delimiter).filter((root) => root !== "");
  const relative = roots.find((root) => !isAbsolute(root));
  if (relative !== undefined) {
    throw new ConfigError(`SKEIN_WORKSPACE_ROOTS: ${relative} is not an absolute path`);
  }
  return roots.map((root) => resolve(root));
}
