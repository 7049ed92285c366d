/**
 * The official schema as a judge of what our server sends. Skein's own methods and notifications (`skein/…`) are judged by
 * our schemas, and the notifications inside a range frame each by the official one.
 */
import { classifyFrame, type Frame } from "@skein/protocol/json-rpc";
import { isMethodName, methods } from "@skein/protocol/methods";
import { notifications } from "@skein/protocol/notifications";
import { Ajv, type ValidateFunction } from "ajv";
import type { JsonSchema } from "./json-schema.ts";
import { loadOfficialMessages, type OfficialMessageGroups, type OfficialMessages } from "./official-messages.ts";

/** What a frame cannot tell of itself: for an answer, the method that was asked. */
interface FrameContext {
  readonly requestMethod?: string;
}

/** One line each; none when all is well. */
type Complaints = readonly string[];

export interface OfficialSchema {
  validateServerFrame(frame: unknown, context?: FrameContext): Complaints;
}

export async function loadOfficialSchema(): Promise<OfficialSchema> {
  const judge = new Judge(await loadOfficialMessages());
  return {
    validateServerFrame: (frame, context = {}) => judge.frame(classifyFrame(withoutNullId(frame)), context),
  };
}

class Judge {
  readonly #official: OfficialMessageGroups;
  // Number formats ("int64") say nothing that JSON Schema's own words do not say.
  readonly #ajv = new Ajv({ strict: false, validateFormats: false });
  readonly #compiled = new Map<JsonSchema, ValidateFunction>();

  constructor(official: OfficialMessageGroups) {
    this.#official = official;
  }

  frame(frame: Frame, { requestMethod }: FrameContext): Complaints {
    switch (frame.kind) {
      case "notification":
        return this.#notification(frame.method, frame.params);
      case "request":
        return this.#params(this.#official.serverRequests, frame.method, frame.params);
      case "response":
        if (requestMethod === undefined) return [`an answer to ${JSON.stringify(frame.id)}, which nobody asked`];
        return this.#result(requestMethod, frame.result);
      case "failure":
        return [];
      case "invalid":
        return [frame.error.message];
    }
  }

  #notification(method: string, params: unknown): Complaints {
    if (!method.startsWith("skein/")) return this.#params(this.#official.notifications, method, params);
    const own = complainOurselves(notifications[method as keyof typeof notifications], params, method);
    if (method !== "skein/thread/events" || own.length > 0) return own;
    const { events } = params as { events: readonly { method: string; params: unknown }[] };
    return events.flatMap((event) => this.#notification(event.method, event.params));
  }

  #result(method: string, result: unknown): Complaints {
    if (!isMethodName(method)) return [`${method} is no method that we answer`];
    if (method.startsWith("skein/")) return complainOurselves(methods[method].result, result, method);
    const schema = this.#official.results.get(method);
    return schema === undefined ? [`${method} is no official method`] : this.#check(schema, result, `${method} result`);
  }

  #params(messages: OfficialMessages, method: string, params: unknown): Complaints {
    const message = messages.get(method);
    return message === undefined ? [`${method} is no official message`] : this.#check(message.schema, params, method);
  }

  #check(schema: JsonSchema, value: unknown, subject: string): Complaints {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${subject}${instancePath} ${message}`);
  }
}

interface OwnSchema {
  safeParse(value: unknown): { success: true } | { success: false; error: { message: string } };
}

function complainOurselves(schema: OwnSchema | undefined, value: unknown, subject: string): Complaints {
  if (schema === undefined) return [`${subject} is no message of ours`];
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : [`${subject} ${parsed.error.message}`];
}

/** An error under the id null answers what was no request; the official server stays silent there. */
function withoutNullId(frame: unknown): unknown {
  const answersNothing =
    typeof frame === "object" && frame !== null && "error" in frame && "id" in frame && frame.id === null;
  return answersNothing ? { ...frame, id: 0 } : frame;
}
