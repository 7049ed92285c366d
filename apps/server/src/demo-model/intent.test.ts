import { expect, it } from "vitest";
import { readIntent } from "./intent.ts";

it.each(["fail", "Fail!", "please fail"])("takes %s for a wish to see a failure", (prompt) => {
  expect(readIntent(prompt)).toEqual({ type: "fail" });
});

it.each(["Fix the failing test", "why does it fail on CI?", "what should we do today"])(
  "shows itself around when asked: %s",
  (prompt) => expect(readIntent(prompt)).toEqual({ type: "tour" }),
);
