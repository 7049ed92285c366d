/**
 * The one catalogue of errors that a client can be answered with. `kind` is stable and meant for programs, the message for
 * people; where the Codex server answers the same case, the code and the opening words are its own. This file has no
 * dependency, for the browser's sake.
 */

/** `never`: the same request fails again. `later`: it may succeed after a pause. `afterRefresh`: read the current state first. */
export type RetryAdvice = "never" | "later" | "afterRefresh";

export interface ProtocolError {
  readonly kind: ErrorKind;
  readonly code: number;
  readonly retry: RetryAdvice;
  readonly message: string;
  /** Further members of the wire's `data`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error as JSON-RPC has it. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export const errorCodes = {
  parseError: -32700,
  /** Nearly every refusal, as upstream has it: bad params and unknown methods too. */
  invalidRequest: -32600,
  internal: -32603,
  /** Upstream uses it for one case only: a message that is too long. */
  invalidParams: -32602,
  overloaded: -32001,
} as const;

function entry<K extends string, A extends readonly unknown[]>(
  kind: K,
  code: number,
  retry: RetryAdvice,
  say: (...facts: A) => string,
): (...facts: A) => Omit<ProtocolError, "kind"> & { readonly kind: K } {
  return (...facts) => ({ kind, code, retry, message: say(...facts) });
}

const { parseError, invalidRequest, invalidParams, internal, overloaded } = errorCodes;

/** One function per kind: it takes the facts and gives the error. */
export const errors = {
  // The frame and the connection.
  parseError: entry("parseError", parseError, "never", (detail: string) => `Parse error: ${detail}`),
  invalidFrame: entry("invalidFrame", invalidRequest, "never", (detail: string) => `Invalid request: ${detail}`),
  overloaded: entry("overloaded", overloaded, "later", () => "Server overloaded; retry later."),
  rateLimited,
  databaseUnavailable,
  /** Other nodes cannot take the thread over before its owner's lease ends. */
  ownerUnavailable: entry(
    "ownerUnavailable",
    overloaded,
    "later",
    () => "The node that runs this thread does not answer; retry later.",
  ),
  outcomeUnknown: entry(
    "outcomeUnknown",
    internal,
    "afterRefresh",
    () => "The node that ran this thread has gone; whether the request took effect is not known.",
  ),
  internal: entry("internal", internal, "later", (reference: string) => `Internal error (reference ${reference})`),
  notInitialized: entry("notInitialized", invalidRequest, "never", () => "Not initialized"),
  alreadyInitialized: entry("alreadyInitialized", invalidRequest, "never", () => "Already initialized"),

  // The request as such.
  unknownMethod: entry(
    "unknownMethod",
    invalidRequest,
    "never",
    (method: string, known: readonly string[]) =>
      `Invalid request: unknown variant \`${shorten(method)}\`, expected one of ${known.map((name) => `\`${name}\``).join(", ")}`,
  ),
  /** `words` as `describeInvalid` gives them. */
  invalidParams: entry("invalidParams", invalidRequest, "never", (words: string) => words),
  /** `subject` is a method, or a method and one of its params joined by a dot. */
  experimentalRequired: entry(
    "experimentalRequired",
    invalidRequest,
    "never",
    (subject: string) => `${subject} requires experimentalApi capability`,
  ),
  unsupported: entry("unsupported", invalidRequest, "never", (detail: string) => `not supported: ${detail}`),
  forbidden: entry("forbidden", invalidRequest, "never", (detail: string) => `not allowed: ${detail}`),
  tooLarge: entry(
    "tooLarge",
    invalidRequest,
    "never",
    (what: string, maxBytes: number) => `${what} is too large: at most ${maxBytes} bytes are accepted`,
  ),
  invalidCursor: entry(
    "invalidCursor",
    invalidRequest,
    "never",
    (cursor: string) => `invalid cursor: ${shorten(cursor)}`,
  ),
  /** A key of the client's choice was used before, with other input. */
  keyReused: entry(
    "keyReused",
    invalidRequest,
    "never",
    (field: string) => `${field} was used before with different input`,
  ),

  // Threads. An unknown thread and one of another tenant get the same words; which words depends on the method, as upstream.
  invalidThreadId: entry(
    "invalidThreadId",
    invalidRequest,
    "never",
    (detail: string) => `invalid thread id: ${detail}`,
  ),
  threadNotFound: entry("threadNotFound", invalidRequest, "never", (id: string) => `thread not found: ${id}`),
  threadNotLoaded: entry("threadNotFound", invalidRequest, "never", (id: string) => `thread not loaded: ${id}`),
  noRolloutFound: entry(
    "threadNotFound",
    invalidRequest,
    "never",
    (id: string) => `no rollout found for thread id ${id}`,
  ),
  threadArchived: entry(
    "threadArchived",
    invalidRequest,
    "afterRefresh",
    (id: string) => `session ${id} is archived. Unarchive it first (thread/unarchive).`,
  ),
  ephemeralUnsupported: entry(
    "ephemeralUnsupported",
    invalidRequest,
    "never",
    (method: string) => `ephemeral threads do not support ${method}`,
  ),
  revisionChanged: entry(
    "revisionChanged",
    invalidRequest,
    "afterRefresh",
    (expected: string) => `read state is no longer at revision ${shorten(expected)}`,
  ),

  // Turns.
  turnNotFound: entry("turnNotFound", invalidRequest, "never", (id: string) => `turn not found: ${shorten(id)}`),
  nothingToInterrupt: entry("noActiveTurn", invalidRequest, "afterRefresh", () => "no active turn to interrupt"),
  nothingToSteer: entry("noActiveTurn", invalidRequest, "afterRefresh", () => "no active turn to steer"),
  otherTurnActive: entry(
    "otherTurnActive",
    invalidRequest,
    "afterRefresh",
    (expected: string, active: string) => `expected active turn id \`${shorten(expected)}\` but found \`${active}\``,
  ),
  turnNotSteerable,
  inputTooLarge,
  emptyInput: entry("emptyInput", invalidRequest, "never", () => "input must not be empty"),

  // Messages that wait, in upstream's words.
  commentNotFound: entry("commentNotFound", invalidRequest, "afterRefresh", (id: string) => `no comment ${id} here`),
  commentRefused: entry("commentRefused", invalidRequest, "never", (why: string) => why),
  queueNeedsInput: entry(
    "queueNeedsInput",
    invalidRequest,
    "never",
    () => "only user input can be added to the user-message queue",
  ),
  queueFull: entry(
    "queueFull",
    invalidRequest,
    "later",
    (maxMessages: number) => `queue cannot contain more than ${maxMessages} submissions`,
  ),
  queueTooLarge: entry(
    "queueTooLarge",
    invalidRequest,
    "later",
    (maxBytes: number) => `queue cannot hold more than ${maxBytes} bytes`,
  ),
  queuedMessageNotFound: entry(
    "queuedMessageNotFound",
    invalidRequest,
    "afterRefresh",
    (id: string) => `queued submission not found: ${shorten(id)}`,
  ),
  queueEmpty: entry("queueEmpty", invalidRequest, "afterRefresh", () => "queue is empty"),
  queueOrderIncomplete: entry(
    "queueOrderIncomplete",
    invalidRequest,
    "afterRefresh",
    () => "queue reorder must include every queued submission exactly once",
  ),
  queueCursorInvalid: entry(
    "queueCursorInvalid",
    invalidRequest,
    "never",
    () => "invalid queue pagination cursor: invalid digit found in string",
  ),
  queueUnsupported: entry(
    "ephemeralUnsupported",
    invalidRequest,
    "never",
    (id: string) => `ephemeral thread does not support queued submissions: ${id}`,
  ),
  turnActive: entry("turnActive", invalidRequest, "later", () => "thread already has an active or pending turn"),

  // Where work happens.
  cwdRefused: entry(
    "cwdRefused",
    invalidRequest,
    "never",
    (path: string, why: string) => `cwd \`${shorten(path)}\` ${why}`,
  ),
  /** The machine that holds the workspace, or is to hold it, cannot be reached. */
  runnerAbsent: entry("runnerAbsent", overloaded, "later", (why: string) => why),
  workspaceExists: entry(
    "workspaceExists",
    invalidRequest,
    "never",
    (name: string) => `a workspace named \`${shorten(name)}\` exists already`,
  ),
  workspaceNameInvalid: entry(
    "workspaceNameInvalid",
    invalidRequest,
    "never",
    (name: string, why: string) => `workspace name \`${shorten(name)}\` ${why}`,
  ),
  workspaceNotFound: entry(
    "workspaceNotFound",
    invalidRequest,
    "never",
    (id: string) => `workspace not found: ${shorten(id)}`,
  ),
  /** Its files are on their way, or will not come, or are gone. */
  workspaceUnusable: entry("workspaceUnusable", invalidRequest, "afterRefresh", (why: string) => why),
  workspaceBusy: entry("workspaceBusy", invalidRequest, "later", (threads: number) =>
    threads === 1
      ? "a thread is at work in this workspace; stop it first"
      : `${threads} threads are at work in this workspace; stop them first`,
  ),
  quotaExceeded: entry("quotaExceeded", invalidRequest, "later", (why: string) => why),
  // Files and commands without a thread.
  fileFailed,
  notAFile: entry("notAFile", invalidRequest, "never", (path: string) => `path \`${shorten(path)}\` is not a file`),
  tooManyEntries: entry(
    "tooLarge",
    invalidRequest,
    "never",
    (path: string) => `the directory \`${shorten(path)}\` has more entries than one answer can hold`,
  ),
  tooManyErrands: entry("tooManyErrands", overloaded, "later", (why: string) => why),
  /** As upstream has it, apart from params that are no params at all. */
  badCommand: entry("badCommand", invalidParams, "never", (why: string) => why),
  /** By its name or its kind it does not take this. */
  processRefused: entry("processRefused", invalidRequest, "never", (why: string) => why),
  /** Its sandbox, or what starts one, could not. */
  environmentFailed: entry("environmentFailed", internal, "later", (why: string) => why),
  modelProviderNotFound: entry(
    "modelProviderNotFound",
    invalidRequest,
    "never",
    (provider: string) => `failed to load configuration: Model provider \`${shorten(provider)}\` not found`,
  ),
  memberNotFound: entry("memberNotFound", invalidRequest, "never", (id: string) => `member not found: ${shorten(id)}`),
  grantRefused: entry("grantRefused", invalidRequest, "never", (why: string) => why),
  invitationNotFound: entry(
    "invitationNotFound",
    invalidRequest,
    "never",
    (id: string) => `invitation not found: ${shorten(id)}`,
  ),
  shareLinkNotFound: entry(
    "shareLinkNotFound",
    invalidRequest,
    "never",
    () => "the link leads nowhere, or not any more",
  ),
  hostPatternInvalid: entry(
    "hostPatternInvalid",
    invalidRequest,
    "never",
    (text: string) =>
      `\`${shorten(text)}\` is no host: expected example.org, *.example.org or *, with or without :port`,
  ),
  lastOwner: entry("lastOwner", invalidRequest, "never", () => "the tenant would be left without an owner"),
  credentialNotFound: entry(
    "credentialNotFound",
    invalidRequest,
    "never",
    (scope: string) => `no model key is kept for the ${shorten(scope)}`,
  ),
  gitCredentialNotFound: entry(
    "gitCredentialNotFound",
    invalidRequest,
    "never",
    (id: string) => `credential not found: ${shorten(id)}`,
  ),
  /** What was asked for is no repository that may be cloned. */
  cloneRefused: entry("cloneRefused", invalidRequest, "never", (why: string) => why),
  tooOften: entry(
    "tooOften",
    overloaded,
    "later",
    (seconds: number) => `tried too often; it is worth trying again in ${seconds} s`,
  ),
  tokenNotFound: entry("tokenNotFound", invalidRequest, "never", (id: string) => `token not found: ${shorten(id)}`),
} as const;

export type ErrorKind = ReturnType<(typeof errors)[keyof typeof errors]>["kind"];

/** Whose limit was met. */
export type RequestLimit = "connection" | "member" | "tenant" | "link";

/** Too many requests. The request was not carried out; code and words are upstream's for a server that has too much to do. */
function rateLimited({ limit, retryAfterMs }: { readonly limit: RequestLimit; readonly retryAfterMs: number }) {
  return {
    kind: "rateLimited",
    code: errorCodes.overloaded,
    retry: "later",
    message: "Server overloaded; retry later.",
    details: { limit, retryAfterMs },
  } as const;
}

/**
 * Nothing can be stored just now. What was asked may still be carried out when the database is back; a command with a key is
 * safe to repeat. The code is upstream's for an overloaded server, after which its clients try again.
 */
function databaseUnavailable(reason: string, words: string) {
  return {
    kind: "databaseUnavailable",
    code: errorCodes.overloaded,
    retry: "later",
    message: `Saving is paused: ${words}. What was asked may still be carried out; retry later.`,
    details: { reason },
  } as const;
}

/** The file system refused. `errno`: its name for why, such as ENOENT. */
function fileFailed(errno: string, words: string) {
  return { kind: "fileFailed", code: errorCodes.internal, retry: "never", message: words, details: { errno } } as const;
}

/** A compaction or a review runs: upstream says so in `data` too, and the stock client then keeps the message and sends it later. */
function turnNotSteerable(turnKind: "compact" | "review") {
  const message = `cannot steer a ${turnKind} turn`;
  return {
    kind: "turnNotSteerable",
    code: errorCodes.invalidRequest,
    retry: "later",
    message,
    details: {
      message,
      codexErrorInfo: { activeTurnNotSteerable: { turnKind } },
      additionalDetails: null,
      misalignment: null,
    },
  } as const;
}

/** Upstream's code and `data`, by which its clients recognise the case. */
function inputTooLarge(maxChars: number, actualChars: number) {
  return {
    kind: "inputTooLarge",
    code: errorCodes.invalidParams,
    retry: "never",
    message: `Input is too large: ${actualChars} characters, at most ${maxChars} are accepted`,
    details: { input_error_code: "input_too_large", max_chars: maxChars, actual_chars: actualChars },
  } as const;
}

/** The wire form; `data` carries kind and retry advice for programs. */
export function toErrorObject({ kind, code, retry, message, details }: ProtocolError): ErrorObject {
  return { code, message, data: { ...details, kind, retry } };
}

const maxShownLength = 200;

/** What a client sent, as far as it is worth repeating. */
function shorten(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}
