import type { ShareLink } from "@skein/protocol/methods/share";
import { expect, test } from "vitest";
import { presentLink } from "./present-link.ts";

const link: ShareLink = {
  ...{ id: "l", threadId: "t", title: "A walk", level: "read", isLive: true, withHistory: true },
  ...{ createdAt: 1, expiresAt: null, opens: 0, createdBy: "Ada" },
};

test.each([
  [{}, "Ada · read-only · whole thread · no end · opened 0 times"],
  [{ level: "comment", expiresAt: 5, opens: 1 }, "Ada · may comment · whole thread · until day 5 · opened 1 time"],
  [{ level: "prompt", withHistory: false }, "Ada · may prompt · from then on · no end · opened 0 times"],
  [{ isLive: false, createdBy: "" }, "read-only · snapshot · no end · opened 0 times"],
] as const)("a link with %j", (change, words) => {
  expect(presentLink({ ...link, ...change }, (ms) => `day ${ms}`)).toBe(words);
});
