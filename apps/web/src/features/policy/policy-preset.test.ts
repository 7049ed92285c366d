import { expect, it } from "vitest";
import { policyPresets, presetFor, sandboxPolicyOf } from "./policy-preset.ts";

it.each(policyPresets)("$name is found again by what it sets", (preset) => {
  expect(presetFor(preset.approvalPolicy, sandboxPolicyOf(preset).type)).toBe(preset.name);
});

it("has no name for other settings", () => {
  expect(presetFor("untrusted", "dangerFullAccess")).toBeNull();
  expect(presetFor("never", "externalSandbox")).toBeNull();
});
