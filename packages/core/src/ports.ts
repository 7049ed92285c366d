/**
 * What the agent needs of the world. Core knows these shapes only; the server and the executor give them substance,
 * the tests give them scripts.
 */
import type {
  Actor,
  ApprovalOutcome,
  NewThreadEvent,
  SandboxPolicy,
  TokenCounts,
  TurnError,
} from "@skein/timeline/event";
import type { ResponseCreateParamsStreaming, ResponseStreamEvent } from "openai/resources/responses/responses";

/**
 * The thread's log as its one writer sees it. What was given to `append` is durable, and visible to readers, when the
 * promise resolves, and calls take effect in the order in which they were made. It rejects with `OwnershipLost` when another
 * node owns the thread now: the turn must stop at once and write nothing more.
 */
export interface Journal {
  /**
   * `receipts`: of the accepted commands that these events carry out; `calls`: of the model, of whose end they tell. Kept with
   * them or not at all.
   */
  append(
    events: readonly NewThreadEvent[],
    receipts?: readonly CommandReceipt[],
    calls?: readonly CallRecord[],
  ): Promise<void>;
}

/** Kept so that a command that is sent again gets its first result again. */
export interface CommandReceipt {
  /** Whoever sent the command; keys of different principals are different keys. */
  readonly principal: string;
  /** The thread, or what stands for "no thread yet". */
  readonly scope: string;
  readonly key: string;
  readonly method: string;
  /** SHA-256 over the command's input, in hex. */
  readonly inputHash: string;
  readonly result: unknown;
}

/** One sampling request. The stream ends after the API's last event, and throws what the SDK throws. */
export interface Model {
  stream(request: ResponseCreateParamsStreaming, signal: AbortSignal): Promise<AsyncIterable<ResponseStreamEvent>>;
}

/** The model was not asked, because it may not be; the message is for people. */
export class ModelRefused extends Error {
  override readonly name = "ModelRefused";
}

/** A call of the model that is about to be made. */
export interface PlannedCall {
  readonly turnId: string;
  /** Who caused it; null: nobody that is known. */
  readonly actor: Actor | null;
  readonly model: string;
  /** About how many tokens the request has. Counted only when somebody wants to know. */
  readonly inputTokens: () => number;
}

/** A call that may be made. What it was paid out of, and with whose key, is nothing to core. */
export interface AdmittedCall {
  readonly id: string;
  readonly source: string;
  readonly credential: string;
}

export type Admission =
  | { readonly type: "granted"; readonly call: AdmittedCall }
  /** There is nothing to pay it with. */
  | { readonly type: "refused"; readonly error: TurnError };

/** What became of an admitted call; every one leaves exactly one of these, unless its node dies. */
export interface CallRecord extends AdmittedCall {
  readonly turnId: string;
  readonly memberId: string | null;
  readonly model: string;
  /** "cut": ended before the provider said what it cost, which is then estimated. "unanswered": it cost nothing. */
  readonly outcome: "completed" | "cut" | "unanswered";
  readonly tokens: TokenCounts;
}

/** Says when a turn may call the model. */
export interface ModelGate {
  /** May take long: until others are done. Rejects with the signal's reason, and keeps the turn's place for its next attempt. */
  admit(call: PlannedCall, signal: AbortSignal): Promise<Admission>;
}

/** What is known of a model without asking it. */
export interface ModelInfo {
  readonly slug: string;
  /** Tokens; null when unknown. */
  readonly contextWindow: number | null;
  readonly supportsParallelToolCalls: boolean;
  readonly supportsReasoningSummaries: boolean;
  readonly defaultEffort: string | null;
}

/**
 * The answer to an approval that the turn puts into the log; settles when somebody decided or it was withdrawn. Called in
 * the same step as the append of `approval.requested`, before that is committed, so that no answer finds nobody waiting.
 */
export interface Approvals {
  decision(approvalId: string, signal: AbortSignal): Promise<{ outcome: ApprovalOutcome; actor: Actor | null }>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never goes back; for durations. */
  monotonic(): number;
  /** Resolves after `ms`, rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A UUIDv7, which sorts by the time it was made. */
  uuid(): string;
}

export type Isolation = "bubblewrap" | "landlock" | "external" | "none";

export interface EnvironmentInfo {
  /** The workspace's root as commands see it. */
  readonly root: string;
  /** Absolute path of the shell that runs command lines, e.g. /bin/bash. */
  readonly shell: string;
  readonly isolation: Isolation;
}

export interface CommandSpec {
  /** Chosen by the caller; unique within the environment. */
  readonly processId: string;
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Added to the sandbox's own small environment. The server's environment never reaches a command. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the sandbox's own environment, what this command does not get. */
  readonly withoutEnv?: readonly string[];
  readonly tty: { readonly columns: number; readonly rows: number } | null;
  /**
   * Absent: stdout and stderr come as one, of much output the middle is left out, and there is no stdin. Present: they come apart and
   * whole, so that the command waits for its reader, and what cannot be found is refused. In a terminal there is nothing to tell apart.
   */
  readonly streams?: { readonly stdin: boolean };
  readonly policy: SandboxPolicy;
  /** Absent: the command has no network, whatever its policy says. */
  readonly network?: NetworkGate;
}

/** One connection that a command wants to make. */
export interface NetworkRequest {
  /** A name in lower case without its last dot, or an address. */
  readonly host: string;
  readonly port: number;
  /** "https": whatever goes through a tunnel. */
  readonly protocol: "http" | "https";
}

export type NetworkVerdict =
  | { readonly type: "allow" }
  /** For a plain request that reads a repository: it goes on over TLS, with what its command is not to know. */
  | { readonly type: "carry"; readonly authorization: string | null }
  | { readonly type: "deny"; readonly reason: string };

/** Says which connections a command may make. */
export interface NetworkGate {
  /** Asked for every connection. Takes as long as a person does; aborted when the command wants it no more. */
  decide(request: NetworkRequest, signal: AbortSignal): Promise<NetworkVerdict>;
  /** Asked now and then for as long as a connection is open: false, what had allowed it is over. Asks no person. */
  holds(request: NetworkRequest, signal: AbortSignal): Promise<boolean>;
  /** It was not made, or was ended, whatever the gate has said of it. */
  refused(request: NetworkRequest, reason: string, by: ProxyRefusal): void;
}

/**
 * By what a sandbox's proxy refuses on its own: an address where nobody is let through to, the bytes that the sandbox may move, or that the
 * command which asks is none that is known there. The last is told to the gate that came last, and is not its command's.
 */
export type ProxyRefusal = "address" | "bytes" | "unknownCommand";

/** What the tenant's policy says of a connection. `ask`: a person may allow it. */
export type NetworkJudgement =
  | { readonly type: "allow" }
  | { readonly type: "ask" }
  | { readonly type: "deny"; readonly reason: string };

/** What became of a connection, and by whose word. */
export interface NetworkRecord {
  /** null: of a command that is not known. */
  readonly itemId: string | null;
  readonly request: NetworkRequest;
  /** `ended`: it was open, and what had allowed it is over. */
  readonly verdict: "allowed" | "refused" | "ended";
  readonly by: "policy" | "thread" | "person" | ProxyRefusal;
}

/** The tenant's policy for commands that want to connect to somewhere, as it is at the time of the call. */
export interface TenantNetwork {
  /** False: commands have no way out at all. Does not reject. */
  isOpen(): Promise<boolean>;
  judge(request: NetworkRequest): Promise<NetworkJudgement>;
  /** For the record. Nobody waits for it. */
  record(record: NetworkRecord): void;
}

export interface ProcessExit {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface RunningProcess {
  readonly processId: string;
  /** stdout and stderr interleaved as they came; ends after the last byte, also when the process was killed. One reader. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Settles after `output` has ended. Rejects with `EnvironmentFailure` when the sandbox died under it. */
  readonly exit: Promise<ProcessExit>;
  write(bytes: Uint8Array): Promise<void>;
  interrupt(): Promise<void>;
  kill(): Promise<void>;
}

export type FileKind = "file" | "directory" | "other";

/** Where a thread's commands run and its files are; every call happens inside the sandbox of the given policy. */
export interface Environment {
  readonly info: EnvironmentInfo;
  /** Rejects with `EnvironmentFailure` when the command could not be started (no such directory, no sandbox, too many). */
  start(spec: CommandSpec): Promise<RunningProcess>;
  /** null: there is no such file. Rejects with `FileFailure` for a directory, a file above `maxBytes`, or denied access. */
  readFile(path: string, maxBytes: number): Promise<Uint8Array | null>;
  fileKind(path: string): Promise<FileKind | null>;
  /** Creates parent directories. Rejects with `FileFailure` when the policy or the file system refuses. */
  writeFile(path: string, bytes: Uint8Array, policy: SandboxPolicy): Promise<void>;
  removeFile(path: string, policy: SandboxPolicy): Promise<void>;
}

/** The sandbox could not do what was asked; the message is meant for the person and for the model. */
export class EnvironmentFailure extends Error {
  override readonly name = "EnvironmentFailure";
}

/** A file operation was refused; `code` is the errno name, e.g. "EACCES", "ENOENT", "EISDIR", "EROFS". */
export class FileFailure extends Error {
  override readonly name = "FileFailure";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Another node owns the thread. */
export class OwnershipLost extends Error {
  override readonly name = "OwnershipLost";
}
