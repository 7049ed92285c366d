/** The protocol as JSON Schema, derived from the registries, for clients that are not written in TypeScript. */
import { z } from "zod";
import { clientNotifications } from "./client-notifications.ts";
import { emptyParamsSchema, emptyResultSchema, noParamsSchema } from "./empty.ts";
import { threadItemSchema } from "./item.ts";
import type { Method } from "./method.ts";
import { workspaceSchema } from "./methods/workspace.ts";
import { methods } from "./methods.ts";
import { notifications } from "./notifications.ts";
import { askForApprovalSchema, sandboxPolicySchema } from "./policy.ts";
import { rateLimitSnapshotSchema } from "./rate-limits.ts";
import { serverRequests } from "./server-requests.ts";
import { threadSchema } from "./thread.ts";
import { threadSettingsSchema } from "./thread-settings.ts";
import { turnSchema } from "./turn.ts";
import { turnErrorSchema } from "./turn-error.ts";
import { userInputSchema } from "./user-input.ts";
import { PROTOCOL_VERSION } from "./version.ts";

/** Shapes that several messages share; they get their own entry in `$defs`. */
const sharedSchemas: Readonly<Record<string, z.ZodType>> = {
  Thread: threadSchema,
  ThreadSettings: threadSettingsSchema,
  Turn: turnSchema,
  TurnError: turnErrorSchema,
  ThreadItem: threadItemSchema,
  UserInput: userInputSchema,
  SandboxPolicy: sandboxPolicySchema,
  AskForApproval: askForApprovalSchema,
  RateLimitSnapshot: rateLimitSnapshotSchema,
  Workspace: workspaceSchema,
  NoParams: noParamsSchema,
  EmptyParams: emptyParamsSchema,
  EmptyResult: emptyResultSchema,
};

interface Reference {
  readonly $ref: string;
}

/** Every message with references into `$defs`. Unknown members are allowed everywhere. */
export function deriveJsonSchema(): object {
  const named = new Map<z.ZodType, string>();
  for (const [name, schema] of Object.entries(sharedSchemas)) named.set(schema, name);
  const refer = (schema: z.ZodType, name: string): Reference => {
    if (!named.has(schema)) named.set(schema, name);
    return { $ref: `#/$defs/${named.get(schema)}` };
  };
  const messages = {
    methods: mapEntries(methods, (name, method: Method) => ({
      params: refer(method.params, `${pascalCase(name)}Params`),
      result: refer(method.result, `${pascalCase(name)}Result`),
      ...(method.experimental && { experimental: true }),
      ...(method.experimentalFields && { experimentalFields: method.experimentalFields }),
    })),
    notifications: mapEntries(notifications, (name, params: z.ZodType) => ({
      params: refer(params, `${pascalCase(name)}Notification`),
    })),
    serverRequests: mapEntries(serverRequests, (name, request: { params: z.ZodType; response: z.ZodType }) => ({
      params: refer(request.params, `${pascalCase(name)}Params`),
      response: refer(request.response, `${pascalCase(name)}Response`),
    })),
    clientNotifications: mapEntries(clientNotifications, (name, params: z.ZodType) => ({
      params: refer(params, `${pascalCase(name)}Notification`),
    })),
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    version: PROTOCOL_VERSION,
    ...messages,
    $defs: definitionsOf(named),
  };
}

function definitionsOf(named: ReadonlyMap<z.ZodType, string>): object {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: "input", uri: (id) => `#/$defs/${id}` });
  return mapEntries(schemas, (_, { $schema, $id, ...definition }: Record<string, unknown>) => definition);
}

/** Sorted by name, so that the written schema does not depend on the order of imports. */
function mapEntries<T, R>(record: Readonly<Record<string, T>>, map: (name: string, value: T) => R): Record<string, R> {
  const entries = Object.entries(record).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, map(name, value)]));
}

/** "thread/turns/list" becomes "ThreadTurnsList". */
function pascalCase(method: string): string {
  return method.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
