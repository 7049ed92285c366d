/**
 * What can go wrong with a sampling request, told apart by what can be done about it. Nothing in here carries the
 * provider's address or credentials: provider text goes through `scrubbed` first.
 */
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { ModelRefused } from "../ports.ts";
import { scrubbed } from "./scrub.ts";

export type ModelFailure =
  /** It was not asked. */
  | { readonly type: "refused"; readonly message: string }
  /** Nothing answers at the provider's address. */
  | { readonly type: "unreachable" }
  /** The connection failed before there was an answer. */
  | { readonly type: "transport"; readonly detail: string }
  | {
      readonly type: "http";
      readonly status: number;
      readonly code: string | null;
      readonly message: string;
      /** When a spent limit comes back; ms since the epoch. */
      readonly resetsAt: number | null;
    }
  /** The stream ended without its last event. */
  | { readonly type: "streamCut"; readonly detail: string }
  | { readonly type: "streamIdle"; readonly idleMs: number }
  /** The provider said in the stream that the response failed. */
  | {
      readonly type: "response";
      readonly code: string | null;
      readonly message: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly type: "incomplete"; readonly reason: string };

export const cutBeforeEnd: ModelFailure = { type: "streamCut", detail: "The stream ended before the response did." };

/** Codes of a name that does not resolve or a port that refuses; Node's own, found down the chain of causes. */
const unreachableCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"]);

/** `streamOpen`: the provider had begun to answer. */
export function deriveThrownFailure(error: unknown, at: { readonly streamOpen: boolean }): ModelFailure {
  if (error instanceof ModelRefused) return { type: "refused", message: error.message };
  if (error instanceof APIError && error.status !== undefined) return httpFailure(error);
  const code = networkCode(error);
  if (at.streamOpen) {
    // An `error` event in the stream reaches us as an APIError without a status.
    if (error instanceof APIError && !(error instanceof APIConnectionError)) {
      return responseFailure(error.code ?? null, error.message);
    }
    return { type: "streamCut", detail: code === null ? "The connection broke." : `The connection broke (${code}).` };
  }
  if (code !== null && unreachableCodes.has(code)) return { type: "unreachable" };
  if (error instanceof APIConnectionTimeoutError) return { type: "transport", detail: "No answer in time." };
  return { type: "transport", detail: code === null ? "The connection failed." : `The connection failed (${code}).` };
}

/** The failure that a stream's event announces, or null when it announces none. */
export function deriveEventFailure(event: ResponseStreamEvent): ModelFailure | null {
  switch (event.type) {
    case "response.failed":
      return responseFailure(event.response.error?.code ?? null, event.response.error?.message ?? "");
    case "response.incomplete":
      return { type: "incomplete", reason: event.response.incomplete_details?.reason ?? "unknown" };
    case "error":
      return responseFailure(event.code, event.message);
    default:
      return null;
  }
}

function httpFailure(error: APIError): ModelFailure {
  const body = (error.error ?? {}) as { resets_at?: unknown };
  const seconds = typeof body.resets_at === "number" ? body.resets_at : null;
  return {
    type: "http",
    status: error.status as number,
    code: error.code ?? error.type ?? null,
    // The SDK puts the status before the provider's words.
    message: scrubbed(error.message.replace(/^\d{3} /, "")),
    resetsAt: seconds === null ? null : seconds * 1000,
  };
}

function responseFailure(code: string | null, message: string): ModelFailure {
  return { type: "response", code, message: scrubbed(message), retryAfterMs: retryAfterMs(message) };
}

/** Providers put the delay of a rate limit into prose: "try again in 1.5s" or "in 200 ms". */
function retryAfterMs(message: string): number | null {
  const found = /try again in (\d+(?:\.\d+)?)\s*(ms|s)/i.exec(message);
  if (found === null) return null;
  return Math.ceil(Number(found[1]) * (found[2]?.toLowerCase() === "ms" ? 1 : 1000));
}

function networkCode(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = causeOf(at), depth += 1) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return null;
}

/** Happy Eyeballs gives one error per address. */
function causeOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : error.cause;
}
