/** A provider may repeat the key that it refuses. Nobody who reads the error is to see it. */
import type { ResponseStreamEvent } from "openai/resources/responses/responses";

const instead = "[credential]";

/** The same error, without the key in anything that it says. */
export function redactKey(error: unknown, key: string): unknown {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name === "cause") continue;
      const fields = at as unknown as Record<string, unknown>;
      const value = fields[name];
      // What the request was made with is not part of what went wrong.
      if (name === "headers" || name === "request") fields[name] = undefined;
      else if (typeof value === "string") fields[name] = value.replaceAll(key, instead);
      else if (typeof value === "object" && value !== null) fields[name] = redactValue(value, key);
    }
  }
  return error;
}

/** Only what tells of a failure; what the model writes knows of no key. */
export function redactEvent(event: ResponseStreamEvent, key: string): ResponseStreamEvent {
  return event.type === "error" || event.type === "response.failed"
    ? (redactValue(event, key) as ResponseStreamEvent)
    : event;
}

function redactValue(value: unknown, key: string): unknown {
  if (typeof value === "string") return value.replaceAll(key, instead);
  if (Array.isArray(value)) return value.map((entry) => redactValue(entry, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, redactValue(entry, key)]));
}
