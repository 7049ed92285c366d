import { expect, test } from "vitest";
import { runnerMarker } from "./background.ts";
import { aloneFlag, deriveScope } from "./derive-scope.ts";

test("a runner ends what carries its marker, or everything where it was told that it is alone", () => {
  expect(deriveScope(["node", "runner.mjs"], { [runnerMarker]: "a" })).toEqual({ marker: "a" });
  expect(deriveScope(["node", "runner.mjs", aloneFlag], {})).toEqual({ marker: null });
});

test("one that was told nothing may end nothing, and does not run", () => {
  expect(deriveScope(["node", "main.ts"], {})).toBeNull();
});
