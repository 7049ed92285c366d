import { RpcError } from "@skein/client/rpc/rpc-error";
import { expect, it } from "vitest";
import { presentFailure } from "./present-failure.ts";

it("has nothing to say while a thread loads or lives", () => {
  expect(presentFailure({ type: "loading" })).toBeNull();
  expect(presentFailure({ type: "live" })).toBeNull();
});

it("offers no retry where none can help", () => {
  const missing = new RpcError(-32600, "no rollout found for thread id x", null);
  expect(presentFailure({ type: "failed", error: missing })).toMatchObject({
    title: "There is no such thread",
    retry: false,
  });
  expect(presentFailure({ type: "deleted" })).toMatchObject({ title: "Thread deleted", retry: false });
});

it("shows the server's words for any other failure", () => {
  expect(presentFailure({ type: "failed", error: new Error("database is away") })).toEqual({
    title: "The thread could not be loaded",
    text: "database is away",
    retry: true,
  });
});
