/** Whether a credential works, by one small request, in words that say what to do. */

import { APIConnectionTimeoutError, APIError } from "openai";
import { clientOf, findRefused, type OpenedCredential } from "./credential-model.ts";

export type CredentialOutcome =
  | "works"
  | "wrongKey"
  | "noSuchHost"
  | "refusedAddress"
  | "unreachable"
  | "modelNotFound"
  | "limited"
  | "timeout"
  | "redirected"
  | "failed";

export interface CredentialTest {
  readonly outcome: CredentialOutcome;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
}

const timeoutMs = 15_000;

export async function testCredential(
  credential: OpenedCredential,
  model: string,
  guardedFetch: typeof fetch,
): Promise<CredentialTest> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const request = {
      model,
      input: "Answer with the word yes.",
      max_output_tokens: 16,
      stream: true,
      store: false,
    } as const;
    for await (const event of await clientOf(credential, guardedFetch).stream(request, signal)) {
      if (event.type === "response.created" || event.type === "response.completed") break;
      if (event.type === "error") return outcomeOfCode(event.code);
      if (event.type === "response.failed") return outcomeOfCode(event.response.error?.code ?? null);
    }
    return { outcome: "works", status: 200 };
  } catch (error) {
    return { outcome: signal.aborted ? "timeout" : outcomeOf(error), status: statusOf(error) };
  }
}

function outcomeOfCode(code: string | null): CredentialTest {
  const outcome = code === "model_not_found" ? "modelNotFound" : code === "rate_limit_exceeded" ? "limited" : "failed";
  return { outcome, status: null };
}

function statusOf(error: unknown): number | null {
  return error instanceof APIError ? (error.status ?? null) : null;
}

function outcomeOf(error: unknown): CredentialOutcome {
  const status = statusOf(error);
  if (status === 401 || status === 403) return "wrongKey";
  if (status === 404 || (error instanceof APIError && error.code === "model_not_found")) return "modelNotFound";
  if (status === 429) return "limited";
  if (status !== null) return "failed";
  if (findRefused(error) !== null) return "refusedAddress";
  const causes = causesOf(error);
  const words = causes.map(({ message }) => message).join(" ");
  if (/redirect/i.test(words)) return "redirected";
  if (/could not be resolved|has no address|ENOTFOUND/.test(words)) return "noSuchHost";
  if (error instanceof APIConnectionTimeoutError || /timed? ?out/i.test(words)) return "timeout";
  return causes.length > 1 ? "unreachable" : "failed";
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && causes.length < 8; at = at.cause) causes.push(at);
  return causes;
}
