import { describe, expect, test } from "vitest";
import { methods } from "./methods.ts";
import { notifications } from "./notifications.ts";

const delta = { threadId: "t", turnId: "u", itemId: "i", delta: "words" };
const frame = (events: unknown[]) => ({ threadId: "t", from: 3, to: 5, cursor: "db.1.5", events, upToDate: true });
const schema = notifications["skein/thread/events"];

describe("a range frame", () => {
  test("carries ordinary notifications with their seqs", () => {
    const events = [{ seq: 4, method: "item/agentMessage/delta", params: delta }];
    expect(schema.parse(frame(events))).toEqual(frame(events));
  });

  test("may be empty: the range presents nothing", () => {
    expect(schema.safeParse(frame([])).success).toBe(true);
  });

  test("refuses what comes from no log, and params of another method", () => {
    const status = { threadId: "t", status: { type: "idle" } };
    expect(schema.safeParse(frame([{ seq: 4, method: "thread/status/changed", params: status }])).success).toBe(false);
    expect(schema.safeParse(frame([{ seq: 4, method: "turn/started", params: delta }])).success).toBe(false);
  });

  test("carries an approval with the params of the request that follows it", () => {
    const approval = {
      kind: "fileChange",
      threadId: "t",
      turnId: "u",
      itemId: "i",
      approvalId: "a",
      requestId: "approval-a",
      at: 1,
      params: { threadId: "t", turnId: "u", itemId: "i", startedAtMs: 1, reason: null, grantRoot: null },
    };
    const events = [{ seq: 5, method: "skein/approval/requested", params: approval }];
    expect(schema.parse(frame(events))).toEqual(frame(events));
  });
});

test("a resume takes a cursor as a plain client takes none", () => {
  const { params } = methods["thread/resume"];
  expect(params.parse({ threadId: "t", replay: { cursor: "db.1.7" } }).replay).toEqual({ cursor: "db.1.7" });
  expect(params.parse({ threadId: "t" }).replay).toBeUndefined();
});
