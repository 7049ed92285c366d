/**
 * Whether a failed sampling request is made again, and when. Two budgets nest: a request that gets no answer is
 * repeated quietly, and when that budget is spent, or a stream breaks, the second budget counts, with a notice. A
 * provider at which nothing listens is waited for without end. What repeating cannot mend (credentials, a refused
 * request, a spent limit) fails at once.
 */
import type { ModelFailure } from "./failure.ts";

export const maxRequestRetries = 4;
export const maxStreamRetries = 5;

const firstDelayMs = 200;
const firstUnreachableDelayMs = 5_000;
const maxUnreachableDelayMs = 60_000;

export interface Attempts {
  readonly request: number;
  readonly stream: number;
  readonly unreachable: number;
}

export const noAttempts: Attempts = { request: 0, stream: 0, unreachable: 0 };

export type RetryDecision =
  | { readonly type: "fail" }
  /** `notice`: what people are told while it waits; null for a quiet repetition. */
  | { readonly type: "retry"; readonly delayMs: number; readonly notice: string | null; readonly attempts: Attempts };

/** `random`: in [0, 1), for the spread of ±10 %. */
export function decideRetry(failure: ModelFailure, attempts: Attempts, random: number): RetryDecision {
  switch (reach(failure)) {
    case "none":
      return { type: "fail" };
    case "unreachable": {
      const delayMs = Math.min(firstUnreachableDelayMs * 2 ** attempts.unreachable, maxUnreachableDelayMs);
      const next = { ...attempts, unreachable: attempts.unreachable + 1 };
      return { type: "retry", delayMs, notice: "Reconnecting: waiting for the network.", attempts: next };
    }
    case "request":
      return retryRequest(attempts, random) ?? { type: "fail" };
    case "requestThenStream":
      return retryRequest(attempts, random) ?? retryStream(failure, attempts, random);
    case "stream":
      return retryStream(failure, attempts, random);
  }
}

type Reach = "none" | "unreachable" | "request" | "requestThenStream" | "stream";

function reach(failure: ModelFailure): Reach {
  switch (failure.type) {
    case "unreachable":
      return "unreachable";
    case "transport":
      return "requestThenStream";
    case "streamCut":
    case "streamIdle":
      return "stream";
    case "refused":
    case "incomplete":
      return "none";
    case "http":
      if (failure.code === "server_is_overloaded" || failure.code === "slow_down") return "request";
      return failure.status >= 500 || failure.status === 408 ? "requestThenStream" : "none";
    case "response":
      return failure.code !== null && finalCodes.has(failure.code) ? "none" : "stream";
  }
}

const finalCodes = new Set([
  "context_length_exceeded",
  "insufficient_quota",
  "usage_not_included",
  "usage_limit_reached",
  "invalid_prompt",
  "bio_policy",
  "cyber_policy",
  "misalignment_policy_violation",
  "model_not_found",
  "server_is_overloaded",
  "slow_down",
]);

function retryRequest(attempts: Attempts, random: number): RetryDecision | null {
  if (attempts.request >= maxRequestRetries) return null;
  const request = attempts.request + 1;
  return { type: "retry", delayMs: backoffMs(request, random), notice: null, attempts: { ...attempts, request } };
}

function retryStream(failure: ModelFailure, attempts: Attempts, random: number): RetryDecision {
  if (attempts.stream >= maxStreamRetries) return { type: "fail" };
  const stream = attempts.stream + 1;
  const told = failure.type === "response" ? failure.retryAfterMs : null;
  return {
    type: "retry",
    delayMs: told ?? backoffMs(stream, random),
    notice: `Reconnecting: attempt ${stream} of ${maxStreamRetries}.`,
    attempts: { request: 0, stream, unreachable: 0 },
  };
}

function backoffMs(attempt: number, random: number): number {
  return Math.round(firstDelayMs * 2 ** (attempt - 1) * (0.9 + 0.2 * random));
}
