/** A failure of the model as the turn reports it: kinds by the protocol's names, words of our own. */
import type { TurnError } from "@skein/timeline/event";
import type { ModelFailure } from "./failure.ts";

type Http = Extract<ModelFailure, { type: "http" }>;
type Response = Extract<ModelFailure, { type: "response" }>;

export function deriveTurnError(failure: ModelFailure): TurnError {
  switch (failure.type) {
    case "refused":
      return error("other", failure.message);
    case "unreachable":
      return error("httpConnectionFailed", "The model provider cannot be reached.");
    case "transport":
      return error("httpConnectionFailed", "The request to the model provider failed.", { details: failure.detail });
    case "streamCut":
      return error("other", "The model's answer broke off before its end.", { details: failure.detail });
    case "streamIdle":
      return error("other", `The model sent nothing for ${Math.round(failure.idleMs / 1000)} s.`);
    case "incomplete":
      return error("other", `The model ended its answer early: ${failure.reason}.`);
    case "http":
      return httpError(failure);
    case "response":
      return responseError(failure);
  }
}

/** The same while the turn goes on trying: `notice` says how, the failure itself goes into the details. */
export function deriveRetryError(failure: ModelFailure, notice: string): TurnError {
  const { httpStatusCode, message, details } = deriveTurnError(failure);
  const kind = failure.type === "unreachable" ? "responseStreamConnectionFailed" : "responseStreamDisconnected";
  return { kind, message: notice, httpStatusCode, details: details ?? message };
}

function httpError(failure: Http): TurnError {
  const { status, code, message } = failure;
  const at = { status };
  const known = knownCode(code, message, failure.resetsAt, at);
  if (known !== null) return known;
  switch (status) {
    case 400:
      return /not a valid image|invalid image/i.test(message)
        ? error("badRequest", "The model provider could not read an image in the last message.", at)
        : error("other", `The model provider refused the request: ${message}`, at);
    case 401:
    case 403:
      return error("httpConnectionFailed", `The model provider refused the server's credentials (${status}).`, at);
    case 429:
      return error("responseTooManyFailedAttempts", "The model provider is limiting requests (429).", at);
    default:
      return status >= 500
        ? error("internalServerError", `The model provider failed (${status}).`, at)
        : error("httpConnectionFailed", `The model provider answered with status ${status}: ${message}`, at);
  }
}

function responseError(failure: Response): TurnError {
  const { code, message } = failure;
  const known = knownCode(code, message, null, {});
  if (known !== null) return known;
  switch (code) {
    case "rate_limit_exceeded":
      return error("rateLimitExceeded", `The model provider is limiting requests: ${message}`);
    case "invalid_prompt":
    case "bio_policy":
      return error("other", message);
    default:
      return error("other", "The model's answer broke off before its end.", { details: message });
  }
}

/** Codes that mean the same in a response's status line and in its stream. */
function knownCode(
  code: string | null,
  message: string,
  resetsAt: number | null,
  at: { status?: number },
): TurnError | null {
  switch (code) {
    case "context_length_exceeded":
      return error("contextWindowExceeded", "The conversation no longer fits into the model's context window.", at);
    case "insufficient_quota":
    case "usage_not_included":
    case "usage_limit_reached":
      return error("usageLimitExceeded", usageLimitMessage(resetsAt), at);
    case "server_is_overloaded":
    case "slow_down":
      return error("serverOverloaded", "The model is at capacity. Try again later or choose another model.", at);
    case "model_not_found":
      return error("modelNotFound", `The model provider does not know this model: ${message}`, at);
    case "cyber_policy":
      return error("cyberPolicy", message, at);
    case "misalignment_policy_violation":
      return error("misalignmentPolicyViolation", message, at);
    default:
      return null;
  }
}

function usageLimitMessage(resetsAt: number | null): string {
  const until = resetsAt === null ? "" : ` It comes back at ${new Date(resetsAt).toISOString()}.`;
  return `The usage limit at the model provider is spent.${until}`;
}

function error(kind: string, message: string, more: { status?: number; details?: string } = {}): TurnError {
  return { kind, message, httpStatusCode: more.status ?? null, details: more.details ?? null };
}
