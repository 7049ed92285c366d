import { describe, expect, test } from "vitest";
import { classifyFrame, parseFrame } from "./json-rpc.ts";

describe("a frame", () => {
  test("is a request with a string or integer id, with or without params", () => {
    expect(classifyFrame({ id: "a", method: "model/list", params: { limit: 1 } })).toEqual({
      kind: "request",
      id: "a",
      method: "model/list",
      params: { limit: 1 },
    });
    expect(classifyFrame({ jsonrpc: "2.0", id: -3, method: "x" })).toEqual({
      kind: "request",
      id: -3,
      method: "x",
      params: undefined,
    });
  });

  test("is a notification without an id", () => {
    expect(classifyFrame({ method: "initialized" })).toEqual({
      kind: "notification",
      method: "initialized",
      params: undefined,
    });
  });

  test("is a response, even when its result is null", () => {
    expect(classifyFrame({ id: "approval", result: null })).toEqual({ kind: "response", id: "approval", result: null });
  });

  test("is a failure when it carries an error", () => {
    const error = { code: -32000, message: "user closed" };
    expect(classifyFrame({ id: 0, error })).toEqual({ kind: "failure", id: 0, error });
  });

  test.each([
    ["an id that is null", { id: null, method: "model/list" }, "`id` must be a string or an integer"],
    ["an id that is no integer", { id: 1.5, method: "model/list" }, "`id` must be a string or an integer"],
    ["an id beyond exact integers", { id: 2 ** 60, method: "model/list" }, "`id` must be a string or an integer"],
    ["a method that is no string", { id: 1, method: 5 }, "`method` must be a string"],
    ["neither method nor result", { id: 1 }, "missing field `method`"],
    ["an answer without an id", { result: {} }, "`id` must be a string or an integer"],
    ["an error that is a word", { id: 1, error: "no" }, "`error` must be an object"],
    ["a batch", [{ id: 1, method: "x" }], "batches are not supported"],
    ["a string", "initialize", "a message must be a JSON object"],
    ["null", null, "a message must be a JSON object"],
  ])("with %s is invalid", (_, value, words) => {
    const frame = classifyFrame(value);
    expect(frame).toMatchObject({ kind: "invalid", error: { code: -32600, message: expect.stringContaining(words) } });
  });

  test.each(["", "{", "{'id':1}", "\u0000"])("of the text %j is no JSON", (text) => {
    expect(parseFrame(text)).toMatchObject({ kind: "invalid", error: { code: -32700 } });
  });
});
