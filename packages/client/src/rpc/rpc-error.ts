import type { ErrorKind, RetryAdvice } from "@skein/protocol/errors";

/** The server answered a request with an error. `kind` and `retry` are null where the server gave none. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly kind: ErrorKind | null;
  readonly retry: RetryAdvice | null;
  /** When the server says that it is worth trying again; null: it does not say. */
  readonly retryAfterMs: number | null;
  readonly data: unknown;
  constructor(code: number, message: string, data: unknown) {
    super(message);
    this.code = code;
    this.data = data;
    const said = (typeof data === "object" && data !== null ? data : {}) as {
      kind?: ErrorKind;
      retry?: RetryAdvice;
      retryAfterMs?: unknown;
    };
    const { kind = null, retry = null, retryAfterMs } = said;
    this.kind = kind;
    this.retry = retry;
    this.retryAfterMs = typeof retryAfterMs === "number" ? retryAfterMs : null;
  }
}

/** The connection went before the answer came: the request may or may not have taken effect. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  constructor() {
    super("the connection was lost before the answer came");
  }
}

/** The server reads no message of this size, and would close the connection over it: nothing was sent. */
export class MessageTooLarge extends Error {
  override readonly name = "MessageTooLarge";
  constructor() {
    super("it is longer than the server reads");
  }
}
