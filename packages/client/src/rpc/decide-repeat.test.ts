import { type MethodName, methods } from "@skein/protocol/methods";
import { expect, test } from "vitest";
import { decideRepeat } from "./decide-repeat.ts";
import { RpcError } from "./rpc-error.ts";

const limit = new RpcError(-32001, "busy", { kind: "rateLimited", retryAfterMs: 1_000 });
const isRepeated = (method: string) => decideRepeat(method as MethodName, limit, 1, 0) !== null;

test("what only reads is asked again, whenever it came into the protocol", () => {
  const reading = Object.keys(methods).filter((name) => /\/(list|read|readFile|readDirectory|getMetadata)$/.test(name));
  expect(reading.filter((name) => !isRepeated(name))).toEqual([]);
});

test("what changes something is not", () => {
  const changing = /\/(start|create|add|set|update|delete|write\w*|remove|copy|archive|terminate|kill|grant|revoke)$/;
  expect(Object.keys(methods).filter((name) => changing.test(name) && isRepeated(name))).toEqual([]);
});
