/** Whatever the official schema lets a client ask, our methods can read. */
import { describeInvalid } from "@skein/protocol/describe-invalid";
import type { Method } from "@skein/protocol/method";
import { type MethodName, methods } from "@skein/protocol/methods";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadOfficialSchema } from "./official-schema.ts";
import { arbitraryOf } from "./schema-arbitrary.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 100);
const official = await loadOfficialSchema();
const stable = await loadOfficialSchema("stable");
const names = (Object.keys(methods) as MethodName[]).filter((name) => !name.startsWith("skein/"));

describe.each(names)("%s", (name) => {
  const method: Method = methods[name];
  const upstream = official.requests.get(name);

  test("reads every request that upstream allows", () => {
    expect(upstream).toBeDefined();
    if (upstream === undefined) return;
    fc.assert(
      fc.property(arbitraryOf(upstream.params, upstream.definitions), (params) => {
        const parsed = method.params.safeParse(params);
        expect(parsed.success ? "accepted" : describeInvalid(parsed.error.issues, params)).toBe("accepted");
      }),
      { numRuns },
    );
  });

  test("knows every field that upstream knows", () => {
    expect(method.params).toMatchObject(
      upstream && fieldsOf(upstream).length > 0 && "shape" in method.params
        ? { shape: Object.fromEntries(fieldsOf(upstream).map((field) => [field, expect.anything()])) }
        : {},
    );
  });

  test("asks for the experimental capability where upstream does", () => {
    const stableMessage = stable.requests.get(name);
    expect(method.experimental ?? false).toBe(stableMessage === undefined);
    if (!stableMessage || !upstream) return;
    const stableFields = new Set(fieldsOf(stableMessage));
    const experimental = fieldsOf(upstream).filter((field) => !stableFields.has(field));
    expect([...(method.experimentalFields ?? [])].sort()).toEqual(experimental.sort());
  });
});

function fieldsOf({ params, definitions }: NonNullable<ReturnType<typeof official.requests.get>>): string[] {
  const definition = params.$ref === undefined ? params : definitions[params.$ref.split("/").at(-1) ?? ""];
  return Object.keys(definition?.properties ?? {});
}
