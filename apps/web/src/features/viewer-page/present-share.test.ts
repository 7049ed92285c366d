import { expect, test } from "vitest";
import { presentShare, presentShareState } from "./present-share.ts";
import type { ShareInfo } from "./share-info.ts";

const info: ShareInfo = {
  ...{ threadId: "t", title: "A thread", level: "read", sharedBy: "Ada", isLive: true, withHistory: true },
  ...{ createdAt: 1, expiresAt: null, signedInAs: null },
};
const words = (change: Partial<ShareInfo>) => presentShare({ ...info, ...change }, (ms) => `time ${ms}`);

test("says who shares, what may be done, which part and for how long", () => {
  expect(words({})).toBe("Shared by Ada · read-only");
  expect(words({ expiresAt: 5 })).toBe("Shared by Ada · read-only · until time 5");
  expect(words({ isLive: false })).toBe("Shared by Ada · read-only · as of time 1");
  expect(words({ withHistory: false, sharedBy: "" })).toBe("Shared · read-only · since time 1");
});

test("only who is signed in may prompt", () => {
  expect(words({ level: "prompt" })).toBe("Shared by Ada · read-only");
  expect(words({ level: "prompt", signedInAs: "Bo" })).toBe("Shared by Ada · you may prompt");
  expect(words({ level: "comment", signedInAs: "Bo" })).toBe("Shared by Ada · you may comment");
  expect(words({ level: "comment" })).toBe("Shared by Ada · read-only");
});

test("a connection that stands is live, unless the link is frozen", () => {
  expect(presentShareState("live", true)).toEqual({ text: "Live", tone: "live" });
  expect(presentShareState("live", false)).toEqual({ text: "Snapshot", tone: "quiet" });
  expect(presentShareState("backoff", true).tone).toBe("waiting");
  expect(presentShareState("blocked", true).tone).toBe("ended");
});
