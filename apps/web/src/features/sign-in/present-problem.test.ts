import { expect, test } from "vitest";
import { presentFailure, presentProblem } from "./present-problem.ts";

const failure = (error: string, more: object = {}) =>
  presentFailure({ error, field: null, message: null, retryAfterSeconds: null, ...more });

test("a wrong password and an unknown address have the same words", () => {
  expect(failure("wrongCredentials")).toBe("The e-mail address or the password is wrong.");
});

test("who has tried too often is told when to come again", () => {
  expect(failure("tooOften", { retryAfterSeconds: 240 })).toMatch(/Try again in 4\s?m/);
});

test("a field that is wrong is told of in the server's words", () => {
  expect(failure("invalid", { message: "must have at least 12 characters" })).toBe("Must have at least 12 characters");
});

test("what is not known is told of too, also by a name that objects inherit", () => {
  for (const error of ["from a newer server", ""]) expect(presentProblem(error)).toMatch(/^That did not work/);
});
