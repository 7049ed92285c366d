/**
 * What an environment asks of a runner, after the exec-server protocol. A request is
 * `{ id, method, fence, params }`, its bytes (stdin, file contents) are the frame's body; `id: null` asks for no answer.
 */
export interface RunnerLimits {
  /** Bytes of a command's output that are passed on as they come. */
  readonly headBytes: number;
  /** Bytes kept of the newest output beyond the head. */
  readonly tailBytes: number;
  /** A command that wrote this much is killed. */
  readonly maxOutputBytes: number;
  /** A command that ran this long is killed. */
  readonly wallTimeMs: number;
  /** Commands at once. */
  readonly maxCommands: number;
  /** Output on its way that the environment has not taken yet; beyond it the command waits. */
  readonly windowBytes: number;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "other";
}

/** Links are followed, but for `isSymlink`. Times in milliseconds since the epoch; 0 where the file system keeps none. */
export interface FileMetadata {
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  readonly isSymlink: boolean;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** Of a command whose output comes as one, and of one in a terminal, all of it is "stdout". */
export type OutputStream = "stdout" | "stderr";

interface ByPath {
  readonly path: string;
}

interface ByProcess {
  readonly processId: string;
}

type Nothing = Readonly<Record<string, never>>;

export interface RunnerMethods {
  initialize: {
    /**
     * `runtimeDirectory`: for the runner's own pipes; null: it makes one, and removes it at its end. `hasProxy`: the sandbox
     * has a way out, which the runner makes known on its loopback.
     */
    params: {
      readonly runtimeDirectory: string | null;
      readonly hasProxy: boolean;
      readonly limits: RunnerLimits;
    };
    result: Nothing;
  };
  /** From the first call on the runner ends itself, and all it runs, when no further call comes within `validForMs`. */
  "lease/renew": { params: { readonly validForMs: number }; result: Nothing };
  /** `processes`: those alive beside the runner itself. */
  "environment/info": { params: Nothing; result: { readonly processes: number } };
  "process/start": {
    params: ByProcess & {
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      readonly tty: TerminalSize | null;
      /** null: stdout and stderr come as one and shortened, and there is no stdin. */
      readonly streams: { readonly stdin: boolean } | null;
    };
    result: Nothing;
  };
  "process/write": { params: ByProcess; result: Nothing };
  "process/closeStdin": { params: ByProcess; result: Nothing };
  "process/resize": { params: ByProcess & TerminalSize; result: Nothing };
  "process/interrupt": { params: ByProcess; result: Nothing };
  "process/kill": { params: ByProcess; result: Nothing };
  /** The environment has taken this many bytes of output. */
  "process/acknowledge": { params: ByProcess & { readonly bytes: number }; result: Nothing };
  /** `found: false` for a missing file; the contents are the body. */
  "fs/readFile": { params: ByPath & { readonly maxBytes: number }; result: { readonly found: boolean } };
  /** `parents`: directories above it are made. */
  "fs/writeFile": { params: ByPath & { readonly parents: boolean }; result: Nothing };
  "fs/kind": { params: ByPath; result: { readonly kind: DirectoryEntry["kind"] | null } };
  "fs/metadata": { params: ByPath; result: FileMetadata };
  /** An entry is of the kind of what it leads to; links that lead nowhere are left out. */
  "fs/list": {
    params: ByPath & { readonly maxEntries: number };
    result: { readonly entries: readonly DirectoryEntry[]; readonly truncated: boolean };
  };
  /** Paths of files below `path`, relative to it, `.git` left out. */
  "fs/walk": {
    params: ByPath & { readonly maxEntries: number };
    result: { readonly files: readonly string[]; readonly truncated: boolean };
  };
  /** `recursive`: parents are made too, and one that is there is no error. */
  "fs/makeDirectory": { params: ByPath & { readonly recursive: boolean }; result: Nothing };
  "fs/remove": { params: ByPath; result: Nothing };
}

export type RunnerMethod = keyof RunnerMethods;
export type RunnerParams<M extends RunnerMethod> = RunnerMethods[M]["params"];
export type RunnerResult<M extends RunnerMethod> = RunnerMethods[M]["result"];

export type RunnerRequest = {
  [M in RunnerMethod]: {
    readonly id: number | null;
    readonly method: M;
    readonly fence: number;
    readonly params: RunnerParams<M>;
  };
}[RunnerMethod];

/** Why a request failed: an errno name, or one of Skein's own. */
export type RunnerErrorCode = "STALE_FENCE" | "UNKNOWN_PROCESS" | "BUSY" | "NO_STDIN" | "INTERNAL" | (string & {});

/** Thrown inside the runner; becomes the `error` of a response. */
export class RunnerRefusal extends Error {
  override readonly name = "RunnerRefusal";
  readonly code: RunnerErrorCode;
  constructor(code: RunnerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
