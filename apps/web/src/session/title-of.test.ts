import { expect, test } from "vitest";
import { titleOf } from "./title-of.ts";

test("a workspace is called by its title, else by its name", () => {
  expect(titleOf({ name: "app" })).toBe("app");
  expect(titleOf({ name: "app", title: null })).toBe("app");
  expect(titleOf({ name: "app", title: "Tide tables" })).toBe("Tide tables");
});
