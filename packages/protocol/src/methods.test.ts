import { describe, expect, test } from "vitest";
import { isMethodName, type MethodName, methods } from "./methods.ts";

const names = Object.keys(methods) as MethodName[];

describe("params", () => {
  test("keep unknown fields out of the way", () => {
    expect(methods["thread/read"].params.parse({ threadId: "t", later: { added: 1 } })).toEqual({ threadId: "t" });
  });

  test("take null for absence where upstream does", () => {
    const asked = { model: null, cwd: null, approvalPolicy: null, environments: null, ephemeral: null };
    expect(methods["thread/start"].params.safeParse(asked).success).toBe(true);
    expect(
      methods.initialize.params.safeParse({ clientInfo: { name: "x", version: "1" }, capabilities: null }).success,
    ).toBe(true);
  });

  test("of a method that takes none may be absent, null or an object", () => {
    for (const params of [undefined, null, {}, { x: 1 }]) {
      expect(methods["configRequirements/read"].params.safeParse(params).success).toBe(true);
    }
  });

  test("have the fields that need a capability", () => {
    for (const name of names) {
      const method: { params: object; experimentalFields?: readonly string[] } = methods[name];
      for (const field of method.experimentalFields ?? []) {
        expect(method.params).toHaveProperty(["shape", field]);
      }
    }
  });
});

test("only initialize is answered first", () => {
  expect(names.filter((name) => "beforeInitialize" in methods[name])).toEqual(["initialize"]);
});

test("a name that objects inherit is no method", () => {
  expect(["thread/start", "toString", "__proto__", "nope"].filter(isMethodName)).toEqual(["thread/start"]);
});
