/** Whatever our types let the server say, the official schema allows. */
import { deriveJsonSchema } from "@skein/protocol/json-schema";
import type { Method } from "@skein/protocol/method";
import { type MethodName, methods } from "@skein/protocol/methods";
import { notifications } from "@skein/protocol/notifications";
import { serverRequests } from "@skein/protocol/server-requests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonSchema } from "./json-schema.ts";
import { loadOfficialSchema } from "./official-schema.ts";
import { arbitraryOf } from "./schema-arbitrary.ts";

interface Ours {
  readonly methods: Readonly<Record<string, { readonly result: JsonSchema }>>;
  readonly notifications: Readonly<Record<string, { readonly params: JsonSchema }>>;
  readonly serverRequests: Readonly<Record<string, { readonly params: JsonSchema }>>;
  readonly $defs: Readonly<Record<string, JsonSchema>>;
}

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 50);
const official = await loadOfficialSchema();
const ours = deriveJsonSchema() as Ours;

/** What these answers carry is open in our types, because Skein sends none of it; the frames themselves are checked as they are sent. */
const openResults = new Set<string>([
  "config/read",
  "configRequirements/read",
  "hooks/list",
  "mcpServerStatus/list",
  "plugin/installed",
  "skills/list",
]);

/** What the JSON Schema cannot say (a URL or a file) our own schema sorts out. */
function valuesOf(schema: Method["result"], json: JsonSchema): fc.Arbitrary<unknown> {
  return arbitraryOf(json, ours.$defs)
    .filter((value) => schema.safeParse(value).success)
    .map((value) => schema.parse(value));
}

describe("what our types allow is valid upstream", () => {
  const ownNames = Object.keys(notifications) as (keyof typeof notifications)[];
  test.each(ownNames.filter((name) => !name.startsWith("skein/")))("notification %s", (method) => {
    const params = valuesOf(notifications[method], ours.notifications[method]?.params ?? {});
    fc.assert(
      fc.property(params, (value) => {
        expect(official.validateServerFrame({ method, params: value, emittedAtMs: 1 })).toEqual([]);
      }),
      { numRuns },
    );
  });

  const methodNames = (Object.keys(methods) as MethodName[]).filter((name) => !name.startsWith("skein/"));
  test.each(methodNames.filter((name) => !openResults.has(name)))("result of %s", (requestMethod) => {
    const results = valuesOf(methods[requestMethod].result, ours.methods[requestMethod]?.result ?? {});
    fc.assert(
      fc.property(results, (result) => {
        expect(official.validateServerFrame({ id: 1, result }, { requestMethod })).toEqual([]);
      }),
      { numRuns },
    );
  });

  test.each(Object.keys(serverRequests) as (keyof typeof serverRequests)[])("request %s", (method) => {
    const requests = valuesOf(serverRequests[method].params, ours.serverRequests[method]?.params ?? {});
    fc.assert(
      fc.property(requests, (params) => {
        expect(official.validateServerFrame({ id: "approval-1", method, params })).toEqual([]);
      }),
      { numRuns },
    );
  });
});

describe("a frame that is wrong is found out", () => {
  const delta = { threadId: "t", turnId: "u", itemId: "i", delta: "words" };

  test.each([
    ["a field is missing", { method: "item/agentMessage/delta", params: { ...delta, itemId: undefined } }, {}],
    ["a method upstream does not know", { method: "item/agentMessage/deltas", params: delta }, {}],
    ["a request upstream does not know", { id: 1, method: "item/approve", params: {} }, {}],
    ["a result of the wrong shape", { id: 1, result: { turn: null } }, { requestMethod: "turn/start" }],
    ["an answer that nobody asked for", { id: 1, result: {} }, {}],
    ["an error that is a word", { id: 1, error: "no" }, {}],
    ["no frame at all", "initialize", {}],
    ["an unknown notification of ours", { method: "skein/nothing", params: {} }, {}],
  ])("%s", (_, frame, context) => {
    expect(official.validateServerFrame(frame, context).length).toBeGreaterThan(0);
  });

  test("also inside a range frame", () => {
    const frameOf = (params: object) => ({
      method: "skein/thread/events",
      params: {
        threadId: "t",
        from: 0,
        to: 1,
        cursor: "c",
        upToDate: true,
        events: [{ seq: 1, method: "item/agentMessage/delta", params }],
      },
    });
    expect(official.validateServerFrame(frameOf(delta))).toEqual([]);
    expect(official.validateServerFrame(frameOf({ ...delta, delta: 5 })).length).toBeGreaterThan(0);
  });

  test("an error is fine, under the id null too", () => {
    const error = { code: -32700, message: "Parse error", data: { kind: "parseError", retry: "never" } };
    expect(official.validateServerFrame({ error, id: null })).toEqual([]);
    expect(official.validateServerFrame({ error, id: "a" }, { requestMethod: "thread/read" })).toEqual([]);
  });
});
