/**
 * The official schema as a judge of what our server sends. Skein's own methods and notifications (`skein/…`) are judged by
 * our schemas, and the notifications inside a range frame each by the official one.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { classifyFrame, type Frame } from "@skein/protocol/json-rpc";
import { isMethodName, methods } from "@skein/protocol/methods";
import { notifications } from "@skein/protocol/notifications";
import { Ajv, type ValidateFunction } from "ajv";
import type { JsonSchema } from "./json-schema.ts";
import { officialSchemaFolder, type Surface } from "./schema-files.ts";

/** What a frame cannot tell of itself: for an answer, the method that was asked. */
export interface FrameContext {
  readonly requestMethod?: string;
}

/** A method of the official schema: its params, and the definitions they refer to. */
export interface OfficialMessage {
  readonly params: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

export interface OfficialSchema {
  readonly requests: ReadonlyMap<string, OfficialMessage>;
  readonly notifications: ReadonlyMap<string, OfficialMessage>;
  readonly serverRequests: ReadonlyMap<string, OfficialMessage>;
  /** Complaints, each one line; none when the frame is what the official schema allows. */
  validateServerFrame(frame: unknown, context?: FrameContext): readonly string[];
  validateResult(method: string, result: unknown): readonly string[];
}

/** Answers whose names do not follow from their params' names. */
const resultFiles: Readonly<Record<string, string>> = {
  initialize: "v1/InitializeResponse",
  "account/rateLimits/read": "v2/GetAccountRateLimitsResponse",
  "configRequirements/read": "v2/ConfigRequirementsReadResponse",
};

export async function loadOfficialSchema(surface: Surface = "experimental"): Promise<OfficialSchema> {
  const folder = await officialSchemaFolder(surface);
  const [requests, notificationsByName, serverRequests] = await Promise.all(
    ["ClientRequest", "ServerNotification", "ServerRequest"].map(async (name) => messagesOf(await load(folder, name))),
  );
  if (!requests || !notificationsByName || !serverRequests) throw new Error("the official schema is incomplete");
  const results = new Map<string, JsonSchema>();
  await Promise.all(
    [...requests]
      .filter(([method]) => isMethodName(method))
      .map(async ([method, { params }]) => {
        results.set(method, await load(folder, resultFiles[method] ?? resultFile(params)));
      }),
  );
  return judge(requests, notificationsByName, serverRequests, results);
}

function judge(
  requests: ReadonlyMap<string, OfficialMessage>,
  notificationsByName: ReadonlyMap<string, OfficialMessage>,
  serverRequests: ReadonlyMap<string, OfficialMessage>,
  results: ReadonlyMap<string, JsonSchema>,
): OfficialSchema {
  // Number formats ("int64") say nothing that JSON Schema's own words do not say.
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const compiled = new Map<object, ValidateFunction>();

  const check = (schema: JsonSchema, value: unknown, subject: string): readonly string[] => {
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${subject}${instancePath} ${message}`);
  };
  const whole = new Map<OfficialMessage, JsonSchema>();
  const checkParams = (message: OfficialMessage | undefined, params: unknown, subject: string): readonly string[] => {
    if (message === undefined) return [`${subject} is no message of the official schema`];
    const schema = whole.get(message) ?? { ...message.params, definitions: message.definitions };
    whole.set(message, schema);
    return check(schema, params, subject);
  };

  const validateNotification = (method: string, params: unknown): readonly string[] => {
    if (!method.startsWith("skein/")) return checkParams(notificationsByName.get(method), params, method);
    const own = ownComplaints(notifications[method as keyof typeof notifications], params, method);
    if (method !== "skein/thread/events" || own.length > 0) return own;
    const { events } = params as { events: readonly { method: string; params: unknown }[] };
    return events.flatMap((event) => validateNotification(event.method, event.params));
  };
  const validateResult = (method: string, result: unknown): readonly string[] => {
    if (method.startsWith("skein/"))
      return ownComplaints(isMethodName(method) ? methods[method].result : undefined, result, method);
    const schema = results.get(method);
    return schema === undefined
      ? [`${method} is no method of the official schema`]
      : check(schema, result, `${method} result`);
  };
  const validateFrame = (frame: Frame, context: FrameContext): readonly string[] => {
    switch (frame.kind) {
      case "notification":
        return validateNotification(frame.method, frame.params);
      case "request":
        return checkParams(serverRequests.get(frame.method), frame.params, frame.method);
      case "response":
        return context.requestMethod === undefined
          ? [`a response to ${JSON.stringify(frame.id)}, which nobody asked`]
          : validateResult(context.requestMethod, frame.result);
      case "failure":
        return [];
      case "invalid":
        return [frame.error.message];
    }
  };
  return {
    requests,
    notifications: notificationsByName,
    serverRequests,
    validateResult,
    // An error under the id null answers what was no request; the official server stays silent there.
    validateServerFrame: (frame, context = {}) => validateFrame(classifyFrame(withoutNullId(frame)), context),
  };
}

function withoutNullId(frame: unknown): unknown {
  const answersNothing =
    typeof frame === "object" && frame !== null && "error" in frame && "id" in frame && frame.id === null;
  return answersNothing ? { ...frame, id: 0 } : frame;
}

interface OwnSchema {
  safeParse(value: unknown): { success: true } | { success: false; error: { message: string } };
}

function ownComplaints(schema: OwnSchema | undefined, value: unknown, subject: string): readonly string[] {
  if (schema === undefined) return [`${subject} is no message of ours`];
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : [`${subject} ${parsed.error.message}`];
}

/** A union of messages, one per method, taken apart. */
function messagesOf(union: JsonSchema): ReadonlyMap<string, OfficialMessage> {
  const definitions = union.definitions ?? {};
  const entries = (union.oneOf ?? []).map((message): [string, OfficialMessage] => {
    const { method, params } = message.properties ?? {};
    return [String(method?.enum?.[0]), { params: params ?? {}, definitions }];
  });
  return new Map(entries);
}

function resultFile(params: JsonSchema): string {
  const name = params.$ref?.split("/").at(-1) ?? "";
  return `v2/${name.replace(/Params$/, "Response")}`;
}

async function load(folder: string, name: string): Promise<JsonSchema> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as JsonSchema;
}
