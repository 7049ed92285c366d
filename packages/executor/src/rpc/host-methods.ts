/**
 * What a node asks of a runner on another machine. A request is `{ id, method, params }`, `id: null` where no answer is
 * wanted; its bytes are the frame's body. Everything that touches a thread names its fence.
 */
import * as z from "zod";
import type { SandboxPolicy } from "../sandbox/sandbox-policy.ts";

const absolutePath = z.string().startsWith("/").max(4096);
const entryKind = z.enum(["file", "directory", "other"]);
const tenant = z.object({ id: z.string().max(64), index: z.int().nonnegative() });
const owned = { threadId: z.string().min(1).max(100), fence: z.int().nonnegative() };
/** A command by the number that the node gave it, unique in the session. */
const byProcess = z.object({ process: z.int().positive() });
const size = { columns: z.int().positive().max(10_000), rows: z.int().positive().max(10_000) };
const nothing = z.object({});

const policy: z.ZodType<SandboxPolicy> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("readOnly"), networkAccess: z.boolean() }),
  z.object({
    type: z.literal("workspaceWrite"),
    writableRoots: z.array(z.string()),
    networkAccess: z.boolean(),
    excludeTmpdirEnvVar: z.boolean(),
    excludeSlashTmp: z.boolean(),
  }),
  z.object({ type: z.literal("dangerFullAccess") }),
]);

const workspaceRef = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("created"), tenant, id: z.string().max(64), name: z.string().max(200) }),
  z.object({ kind: z.literal("opened"), tenant, id: z.string().max(64), path: absolutePath }),
]);

const command = z.object({
  processId: z.string().max(200),
  argv: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  withoutEnv: z.array(z.string()).optional(),
  tty: z.object(size).nullable(),
  streams: z.object({ stdin: z.boolean() }).optional(),
  policy,
  /** The node decides about its connections; absent: it has none. */
  network: z.boolean().optional(),
});

const connection = {
  host: z.string().max(300),
  port: z.int().min(1).max(65_535),
  protocol: z.enum(["http", "https"]),
};
const networkVerdict = z.discriminatedUnion("type", [
  z.object({ type: z.literal("allow") }),
  z.object({ type: z.literal("carry"), authorization: z.string().max(16_384).nullable() }),
  z.object({ type: z.literal("deny"), reason: z.string() }),
]);

export const hostParams = {
  "workspace/create": z.object({ tenant, name: z.string().max(200) }),
  "workspace/remove": z.object({ tenant, name: z.string().max(200) }),
  "workspace/open": z.object({ tenant, path: z.string().max(4096), within: absolutePath.nullable() }),
  "environment/open": z.object({ ...owned, leaseMs: z.number().positive(), workspace: workspaceRef }),
  "environment/close": z.object(owned),
  "lease/renew": z.object({ ...owned, validForMs: z.number() }),
  "process/start": z.object({ ...owned, ...byProcess.shape, command }),
  "process/write": byProcess,
  "process/closeStdin": byProcess,
  "process/resize": byProcess.extend(size),
  "process/interrupt": byProcess,
  "process/kill": byProcess,
  "process/acknowledge": byProcess.extend({ bytes: z.int().positive() }),
  /** The answer to `network/asked`. */
  "network/decide": z.object({ ask: z.int().positive(), verdict: networkVerdict }),
  "fs/readFile": z.object({ ...owned, path: z.string(), maxBytes: z.int().nonnegative() }),
  "fs/writeFile": z.object({ ...owned, path: z.string(), parents: z.boolean(), policy }),
  "fs/remove": z.object({ ...owned, path: z.string(), policy }),
  "fs/makeDirectory": z.object({ ...owned, path: z.string(), recursive: z.boolean(), policy }),
  "fs/kind": z.object({ ...owned, path: z.string() }),
  "fs/metadata": z.object({ ...owned, path: z.string() }),
  "fs/list": z.object({ ...owned, path: z.string(), maxEntries: z.int().positive() }),
  "fs/walk": z.object({ ...owned, path: z.string(), maxEntries: z.int().positive() }),
} as const;

const paths = z.object({ hostPath: absolutePath, sandboxPath: absolutePath });

export const hostResults = {
  "workspace/create": paths,
  "workspace/remove": nothing,
  "workspace/open": paths,
  "environment/open": z.object({ root: absolutePath, shell: absolutePath }),
  "environment/close": nothing,
  "lease/renew": nothing,
  "process/start": nothing,
  "process/write": nothing,
  "process/closeStdin": nothing,
  "process/resize": nothing,
  "process/interrupt": nothing,
  "process/kill": nothing,
  "process/acknowledge": nothing,
  "network/decide": nothing,
  /** The contents are the body. */
  "fs/readFile": z.object({ found: z.boolean() }),
  "fs/writeFile": nothing,
  "fs/remove": nothing,
  "fs/makeDirectory": nothing,
  "fs/kind": z.object({ kind: entryKind.nullable() }),
  "fs/metadata": z.object({
    isDirectory: z.boolean(),
    isFile: z.boolean(),
    isSymlink: z.boolean(),
    createdAtMs: z.int(),
    modifiedAtMs: z.int(),
  }),
  "fs/list": z.object({ entries: z.array(z.object({ name: z.string(), kind: entryKind })), truncated: z.boolean() }),
  "fs/walk": z.object({ files: z.array(z.string()), truncated: z.boolean() }),
} as const satisfies Record<HostMethod, z.ZodType>;

export type HostMethod = keyof typeof hostParams;
export type HostParams<M extends HostMethod> = z.infer<(typeof hostParams)[M]>;
export type HostResult<M extends HostMethod> = z.infer<(typeof hostResults)[M]>;

export const hostRequest = z.object({
  id: z.int().positive().nullable(),
  method: z.enum(Object.keys(hostParams) as [HostMethod, ...HostMethod[]]),
  params: z.unknown(),
});

/** Of which class a refusal is thrown on the node; "internal" is a fault of the runner's own. */
const hostError = z.object({
  kind: z.enum(["file", "environment", "workspace", "internal"]),
  /** The errno name of a file's. */
  code: z.string(),
  message: z.string(),
});
export type HostError = z.infer<typeof hostError>;

const aboutProcess = z.object({ process: z.int().positive(), seq: z.int().positive() });

/** What the runner says: answers, and how commands get on. `seq` counts a command's reports from 1. */
export const hostReport = z.union([
  z.object({ id: z.int().positive(), result: z.unknown() }),
  z.object({ id: z.int().positive(), error: hostError }),
  z.object({
    method: z.literal("process/output"),
    /** `stream` absent: stdout. */
    params: aboutProcess.extend({ stream: z.literal("stderr").optional() }),
  }),
  z.object({
    method: z.literal("process/exited"),
    params: aboutProcess.extend({ exitCode: z.int().nullable(), signal: z.string().nullable() }),
  }),
  /** Its sandbox died under it. */
  z.object({ method: z.literal("process/failed"), params: aboutProcess.extend({ message: z.string() }) }),
  /**
   * A command wants to connect to somewhere, under a number that the runner gives and the answer names. `isOpen`: it is connected, and
   * may stay so or not.
   */
  z.object({
    method: z.literal("network/asked"),
    params: byProcess.extend({ ask: z.int().positive(), ...connection, isOpen: z.boolean().optional() }),
  }),
  /** And does not want it any more. */
  z.object({ method: z.literal("network/withdrawn"), params: byProcess.extend({ ask: z.int().positive() }) }),
  /** It was refused there. `by`: absent from a runner that refuses addresses alone. */
  z.object({
    method: z.literal("network/refused"),
    params: byProcess.extend({
      ...connection,
      reason: z.string(),
      by: z.enum(["address", "bytes", "unknownCommand"]).default("address"),
    }),
  }),
]);

export type HostReport = z.infer<typeof hostReport>;
