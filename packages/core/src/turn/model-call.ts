/** One admitted call of the model, from its first event to the record of what it cost. */
import type { TokenCounts } from "@skein/timeline/event";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { tokensOfText } from "../model/estimate-tokens.ts";
import type { AdmittedCall, CallRecord, PlannedCall } from "../ports.ts";
import { noTokens } from "../thread/token-counts.ts";

export interface ModelCall {
  hear(event: ResponseStreamEvent): void;
  /** `tokens`: as the provider counted them; null: it did not say. */
  ended(tokens: TokenCounts | null, isComplete: boolean): CallRecord;
}

export function openCall({ turnId, actor, model, inputTokens }: PlannedCall, call: AdmittedCall): ModelCall {
  let isAnswered = false;
  let streamedChars = 0;
  return {
    hear: (event) => {
      isAnswered = true;
      if ("delta" in event && typeof event.delta === "string") streamedChars += event.delta.length;
    },
    ended: (tokens, isComplete) => {
      const about = { ...call, turnId, memberId: actor?.memberId ?? null, model };
      if (tokens !== null) return { ...about, outcome: "completed", tokens };
      if (!isAnswered && !isComplete) return { ...about, outcome: "unanswered", tokens: noTokens };
      const outcome = isComplete ? "completed" : "cut";
      return { ...about, outcome, tokens: estimated(inputTokens(), tokensOfText(streamedChars)) };
    },
  };
}

function estimated(inputTokens: number, outputTokens: number): TokenCounts {
  return { ...noTokens, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
