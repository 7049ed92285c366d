import { expect, test } from "vitest";
import type { ClientConnection } from "./client-connection.ts";
import type { Handlers } from "./handler.ts";
import type { Owners } from "./owner/owners.ts";
import { Router } from "./router.ts";
import type { ViewerHandlers } from "./viewer/viewer-handlers.ts";

const threadId = "0199a000-0000-7000-8000-000000000001";

/** A connection whose requests are all about one thread. */
function setUp(handlers: Partial<Handlers>) {
  const answers: object[] = [];
  const connection = {
    client: { name: "test", version: "1", experimentalApi: true },
    principal: { tenantId: "tenant", userId: "person", role: "owner", via: { type: "configuredToken" } },
    respond: (response: object) => {
      answers.push(response);
      return null;
    },
  } as unknown as ClientConnection;
  const log = {
    error: (details: object) => {
      throw new Error("logged", { cause: details });
    },
  };
  const router = new Router(handlers as Handlers, {} as ViewerHandlers, {} as Owners, async () => null, log);
  const route = (id: number, method: string) =>
    router.route({ kind: "request", id, method, params: { threadId } }, connection);
  return { answers, route };
}

test("a request waits for the answer to the thread's request before it, and not for what that one causes", async () => {
  const { promise: read, resolve: finishReading } = Promise.withResolvers<void>();
  const { promise: caused, resolve: finishCaused } = Promise.withResolvers<void>();
  const begun: string[] = [];
  const { answers, route } = setUp({
    "thread/read": async (_, { afterwards }) => {
      begun.push("read");
      afterwards(() => caused);
      await read;
      return {} as never;
    },
    "thread/unsubscribe": () => {
      begun.push("unsubscribe");
      return { status: "notSubscribed" };
    },
  });
  const first = route(1, "thread/read");
  const second = route(2, "thread/unsubscribe");
  await new Promise(setImmediate);
  expect(begun).toEqual(["read"]);
  finishReading();
  await second;
  expect(begun).toEqual(["read", "unsubscribe"]);
  expect(answers).toEqual([
    { id: 1, result: {} },
    { id: 2, result: { status: "notSubscribed" } },
  ]);
  finishCaused();
  await first;
});
