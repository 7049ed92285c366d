import { expect, test } from "vitest";
import { errors, toErrorObject } from "./errors.ts";

test("an error of the wire has the catalogue's code and words, and says to programs what it is", () => {
  expect(toErrorObject(errors.overloaded())).toEqual({
    code: -32001,
    message: "Server overloaded; retry later.",
    data: { kind: "overloaded", retry: "later" },
  });
});

test("the three wordings for an unknown thread are one kind", () => {
  const id = "01a1f85f-0000-7000-8000-000000000000";
  const unknown = [errors.threadNotFound(id), errors.threadNotLoaded(id), errors.noRolloutFound(id)];
  expect(unknown.map(({ message }) => message)).toEqual([
    `thread not found: ${id}`,
    `thread not loaded: ${id}`,
    `no rollout found for thread id ${id}`,
  ]);
  expect(new Set(unknown.map(({ kind, code }) => `${kind} ${code}`)).size).toBe(1);
});

test("a turn that cannot be steered says so in the data as the stock client reads it", () => {
  expect(toErrorObject(errors.turnNotSteerable("compact"))).toMatchObject({
    code: -32600,
    message: "cannot steer a compact turn",
    data: { codexErrorInfo: { activeTurnNotSteerable: { turnKind: "compact" } }, retry: "later" },
  });
});

test("an unknown method's answer lists the known ones and not the whole of what was sent", () => {
  const { message } = errors.unknownMethod("x".repeat(5000), ["initialize", "thread/start"]);
  expect(message).toMatch(/^Invalid request: unknown variant `x+…`, expected one of `initialize`, `thread\/start`$/);
  expect(message.length).toBeLessThan(300);
});
