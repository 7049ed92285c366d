import { describe, expect, test } from "vitest";
import { describeInvalid } from "./describe-invalid.ts";
import { type MethodName, methods } from "./methods.ts";

function complaint(method: MethodName, params: unknown): string {
  const parsed = methods[method].params.safeParse(params);
  if (parsed.success) throw new Error("the params were accepted");
  return describeInvalid(parsed.error.issues, params);
}

describe("what is wrong with params", () => {
  test.each<[MethodName, unknown, string]>([
    ["thread/read", {}, "missing field `threadId`"],
    ["thread/read", null, "missing field `params`"],
    ["thread/read", undefined, "missing field `params`"],
    ["thread/read", [], "invalid type: sequence, expected a map"],
    ["thread/read", { threadId: 5 }, "invalid type: integer `5`, expected a string in `threadId`"],
    ["thread/read", { threadId: null }, "invalid type: null, expected a string in `threadId`"],
    ["initialize", { clientInfo: { version: "1" } }, "missing field `name` in `clientInfo`"],
    [
      "thread/start",
      { sandbox: "bogus" },
      "unknown variant `bogus`, expected one of `read-only`, `workspace-write`, `danger-full-access` in `sandbox`",
    ],
    ["thread/list", { limit: -1 }, "invalid value: integer `-1`, expected at least 0 in `limit`"],
    ["thread/list", { limit: 1.5 }, "invalid type: floating point `1.5`, expected an integer in `limit`"],
    ["thread/list", { cwd: ["a", true] }, "invalid type: boolean `true`, expected a string in `cwd[1]`"],
    ["turn/start", { threadId: "t", input: [{}] }, "missing field `type` in `input[0]`"],
    ["turn/start", { threadId: "t", input: [{ type: "image" }] }, "missing field `url` or `fileId` in `input[0]`"],
    [
      "turn/start",
      { threadId: "t", input: [], approvalPolicy: { granular: { rules: true } } },
      "missing field `sandbox_approval` in `approvalPolicy.granular`",
    ],
    [
      "turn/start",
      { threadId: "t", input: [], approvalPolicy: "always" },
      "unknown variant `always`, expected one of `untrusted`, `on-request`, `never` in `approvalPolicy`",
    ],
    [
      "thread/items/list",
      { threadId: "t", cursor: { type: "turn", itemId: "i" } },
      "unknown variant `turn`, expected `item` in `cursor.type`",
    ],
    ["turn/steer", {}, "missing field `threadId` (and 2 more)"],
    ["skein/token/create", { name: "" }, "invalid length 0, expected at least 1 in `name`"],
  ])("%s %j", (method, params, words) => {
    expect(complaint(method, params)).toBe(`Invalid request: ${words}`);
  });

  test("never repeats what was sent at length", () => {
    const long = "x".repeat(100_000);
    expect(complaint("thread/start", { sandbox: long }).length).toBeLessThan(300);
    expect(complaint("thread/list", { limit: long }).length).toBeLessThan(300);
    expect(complaint("turn/start", { threadId: "t", input: [], additionalContext: { [long]: 1 } }).length).toBeLessThan(
      300,
    );
  });
});
