/** Every method of the official server is either answered or known as not supported. */
import { methods } from "@skein/protocol/methods";
import { unansweredMethods } from "@skein/protocol/unanswered-methods";
import { expect, test } from "vitest";
import { loadOfficialMessages } from "./official-messages.ts";

test("no official method is unknown, and none is both answered and not", async () => {
  const official = await loadOfficialMessages();
  const answered = Object.keys(methods).filter((name) => !name.startsWith("skein/"));
  expect([...answered, ...unansweredMethods].sort()).toEqual([...official.requests.keys()].sort());
});
