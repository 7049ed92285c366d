/** The official schema taken apart: one entry per method. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMethodName } from "@skein/protocol/methods";
import type { JsonSchema } from "./json-schema.ts";
import { officialSchemaFolder, type Surface } from "./schema-files.ts";

interface OfficialMessage {
  /** Of the params, together with the definitions that it refers to. */
  readonly schema: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** Names of the params' fields. */
  readonly fields: readonly string[];
}

export type OfficialMessages = ReadonlyMap<string, OfficialMessage>;

export interface OfficialMessageGroups {
  readonly requests: OfficialMessages;
  readonly notifications: OfficialMessages;
  readonly serverRequests: OfficialMessages;
  /** Of the methods that we answer. */
  readonly results: ReadonlyMap<string, JsonSchema>;
}

/** Results whose names do not follow from their params' names. */
const resultFiles: Readonly<Record<string, string>> = {
  initialize: "v1/InitializeResponse",
  "account/rateLimits/read": "v2/GetAccountRateLimitsResponse",
  "account/usage/read": "v2/GetAccountTokenUsageResponse",
  "configRequirements/read": "v2/ConfigRequirementsReadResponse",
  fuzzyFileSearch: "FuzzyFileSearchResponse",
  "fuzzyFileSearch/sessionStart": "FuzzyFileSearchSessionStartResponse",
  "fuzzyFileSearch/sessionUpdate": "FuzzyFileSearchSessionUpdateResponse",
  "fuzzyFileSearch/sessionStop": "FuzzyFileSearchSessionStopResponse",
};

export async function loadOfficialMessages(surface: Surface = "experimental"): Promise<OfficialMessageGroups> {
  const folder = await officialSchemaFolder(surface);
  const clientRequests = await load(folder, "ClientRequest");
  const answered = unionMembers(clientRequests).filter(({ method }) => isMethodName(method));
  const results = answered.map(async ({ method, params }): Promise<[string, JsonSchema]> => {
    return [method, await load(folder, resultFiles[method] ?? resultFile(params))];
  });
  return {
    requests: messagesOf(clientRequests),
    notifications: messagesOf(await load(folder, "ServerNotification")),
    serverRequests: messagesOf(await load(folder, "ServerRequest")),
    results: new Map(await Promise.all(results)),
  };
}

function messagesOf(union: JsonSchema): OfficialMessages {
  const definitions = union.definitions ?? {};
  const entries = unionMembers(union).map(({ method, params }): [string, OfficialMessage] => {
    const named = params.$ref === undefined ? params : definitions[lastPart(params.$ref)];
    return [method, { schema: { ...params, definitions }, definitions, fields: Object.keys(named?.properties ?? {}) }];
  });
  return new Map(entries);
}

function unionMembers({ oneOf = [] }: JsonSchema): readonly { method: string; params: JsonSchema }[] {
  return oneOf.map(({ properties = {} }) => ({
    method: String(properties.method?.enum?.[0]),
    params: properties.params ?? {},
  }));
}

function resultFile({ $ref = "" }: JsonSchema): string {
  return `v2/${lastPart($ref).replace(/Params$/, "Response")}`;
}

function lastPart(reference: string): string {
  return reference.split("/").at(-1) ?? "";
}

async function load(folder: string, name: string): Promise<JsonSchema> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as JsonSchema;
}
