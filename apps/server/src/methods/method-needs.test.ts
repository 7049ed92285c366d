import { methods } from "@skein/protocol/methods";
import { expect, test } from "vitest";
import { z } from "zod";
import { methodNeeds } from "./method-needs.ts";

const registry = Object.entries<{ readonly params: z.ZodType }>(methods);

/** Whether the params have a thread's id, and whether they must. */
function threadIdIn(params: z.ZodType): "required" | "optional" | "none" {
  const schema = z.toJSONSchema(params, { io: "input", unrepresentable: "any" });
  const shape = [schema, ...(schema.anyOf ?? [])].find(({ properties }) => properties?.threadId !== undefined);
  if (shape === undefined) return "none";
  return shape.required?.includes("threadId") ? "required" : "optional";
}

test("every method of the registry says what it needs, and nothing else does", () => {
  expect(Object.keys(methodNeeds).toSorted()).toEqual(Object.keys(methods).toSorted());
});

test.each(registry)("%s is about a thread exactly where its params name one", (name, { params }) => {
  const need = methodNeeds[name as keyof typeof methodNeeds];
  const named = need.type !== "thread" ? "none" : need.otherwise === undefined ? "required" : "optional";
  expect(named).toBe(threadIdIn(params));
});

test("only what tells of no tenant is everybody's", () => {
  const open = Object.entries(methodNeeds).filter(([, need]) => need.type === "nothing");
  expect(open.map(([name]) => name).toSorted()).toEqual(["initialize", "skein/server/info"]);
});
