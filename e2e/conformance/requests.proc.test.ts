/** Whatever the official schema lets a client ask, our methods can read. */
import { describeInvalid } from "@skein/protocol/describe-invalid";
import type { Method } from "@skein/protocol/method";
import { type MethodName, methods } from "@skein/protocol/methods";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadOfficialMessages } from "./official-messages.ts";
import { arbitraryOf } from "./schema-arbitrary.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 100);
const official = await loadOfficialMessages();
const stable = await loadOfficialMessages("stable");
const names = (Object.keys(methods) as MethodName[]).filter((name) => !name.startsWith("skein/"));

describe.each(names)("%s", (name) => {
  const method: Method = methods[name];
  const upstream = official.requests.get(name);

  test("reads every request that upstream allows", () => {
    expect(upstream).toBeDefined();
    if (upstream === undefined) return;
    fc.assert(
      fc.property(arbitraryOf(upstream.schema, upstream.definitions), (params) => {
        const parsed = method.params.safeParse(params);
        expect(parsed.success ? "accepted" : describeInvalid(parsed.error.issues, params)).toBe("accepted");
      }),
      { numRuns },
    );
  });

  test("knows every field that upstream knows", () => {
    const ours = "shape" in method.params ? Object.keys(method.params.shape as object) : [];
    // Params that may be null have no shape to look at; the test above has read them.
    if (ours.length > 0) expect(ours).toEqual(expect.arrayContaining([...(upstream?.fields ?? [])]));
  });

  test("asks for the experimental capability where upstream does", () => {
    const stableMessage = stable.requests.get(name);
    expect(method.experimental ?? false).toBe(stableMessage === undefined);
    if (!stableMessage || !upstream) return;
    const experimental = upstream.fields.filter((field) => !stableMessage.fields.includes(field));
    expect([...(method.experimentalFields ?? [])].sort()).toEqual(experimental.sort());
  });
});
