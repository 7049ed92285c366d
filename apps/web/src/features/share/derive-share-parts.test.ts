import { expect, test } from "vitest";
import { deriveShareParts } from "./derive-share-parts.ts";

test.each([
  [["read", "prompt", "approve", "manage"], true, ["people", "links"]],
  [["read", "prompt", "approve", "manage"], false, ["links"]],
  [["read", "prompt", "approve"], true, ["people"]],
  [["read"], true, ["people"]],
  [["read"], false, []],
  [[], true, []],
  [null, true, []],
] as const)("with the rights %j, accounts: %j, the dialog has %j", (rights, accounts, parts) => {
  expect(deriveShareParts(rights, accounts)).toEqual(parts);
});
