import type { CodexErrorInfo, TurnError as WireTurnError } from "@skein/protocol/turn-error";
import type { TurnError } from "../event.ts";

/** Kinds that the protocol spells as an object with the HTTP status; the others are bare names. */
const kindsWithStatus = [
  "httpConnectionFailed",
  "responseStreamConnectionFailed",
  "responseStreamDisconnected",
  "responseTooManyFailedAttempts",
];

export function presentTurnError(error: TurnError): WireTurnError {
  return {
    message: error.message,
    codexErrorInfo: presentKind(error),
    additionalDetails: error.details,
    misalignment: null,
  };
}

function presentKind(error: TurnError): CodexErrorInfo {
  if (!kindsWithStatus.includes(error.kind)) return error.kind as CodexErrorInfo;
  return { [error.kind]: { httpStatusCode: error.httpStatusCode } } as CodexErrorInfo;
}
