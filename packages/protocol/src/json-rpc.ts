/**
 * Frames: JSON-RPC 2.0 without the member `jsonrpc`, one object per WebSocket text message. A client's frame is classified
 * here, before anything looks at its method.
 */
import { z } from "zod";
import { type ErrorObject, errors, toErrorObject } from "./errors.ts";

export const requestIdSchema = z.union([z.string(), z.int()]);
export type RequestId = z.infer<typeof requestIdSchema>;

export type Frame =
  | { readonly kind: "request"; readonly id: RequestId; readonly method: string; readonly params: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "response"; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: "failure"; readonly id: RequestId; readonly error: ErrorObject }
  /** To be answered with this error under the id null: no request can be told from it. */
  | { readonly kind: "invalid"; readonly error: ErrorObject };

const failureSchema = z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() });

/** Reads a text message. What is no JSON is -32700, what is JSON but no frame -32600; both are `invalid`. */
export function parseFrame(text: string): Frame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "invalid", error: toErrorObject(errors.parseError(error instanceof Error ? error.message : "")) };
  }
  return classifyFrame(value);
}

export function classifyFrame(value: unknown): Frame {
  if (Array.isArray(value)) return invalid("batches are not supported, send one object per message");
  if (typeof value !== "object" || value === null) return invalid("a message must be a JSON object");
  const frame = value as Readonly<Record<string, unknown>>;
  if ("method" in frame) return classifyCall(frame);
  if (!("result" in frame) && !("error" in frame)) return invalid("missing field `method`");
  return classifyAnswer(frame);
}

function classifyCall(frame: Readonly<Record<string, unknown>>): Frame {
  const { method, params } = frame;
  if (typeof method !== "string") return invalid("`method` must be a string");
  if (!("id" in frame)) return { kind: "notification", method, params };
  return isRequestId(frame.id) ? { kind: "request", id: frame.id, method, params } : invalidId();
}

function classifyAnswer(frame: Readonly<Record<string, unknown>>): Frame {
  if (!isRequestId(frame.id)) return invalidId();
  if (!("error" in frame)) return { kind: "response", id: frame.id, result: frame.result };
  const failure = failureSchema.safeParse(frame.error);
  if (!failure.success) return invalid("`error` must be an object with an integer `code` and a string `message`");
  return { kind: "failure", id: frame.id, error: failure.data };
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

function invalidId(): Frame {
  return invalid("`id` must be a string or an integer");
}

function invalid(detail: string): Frame {
  return { kind: "invalid", error: toErrorObject(errors.invalidFrame(detail)) };
}
