import { expect, it } from "vitest";
import { commandApproval } from "../../testing/approvals.ts";
import { timelineOf, turnOf } from "../../testing/items.ts";
import { decideSend } from "./decide-send.ts";

it("starts a turn when none runs", () => {
  expect(decideSend(timelineOf([turnOf([])]))).toEqual({ type: "start", declines: null });
});

it("steers the turn that runs", () => {
  const timeline = timelineOf([turnOf([], { id: "t", status: "inProgress" })]);
  expect(decideSend(timeline)).toEqual({ type: "steer", turnId: "t", declines: null });
});

it("declines the approval that waits, oldest first", () => {
  const first = commandApproval("a");
  const timeline = timelineOf([turnOf([], { id: "t", status: "inProgress" })], {
    pendingApprovals: [first, commandApproval("b")],
  });
  expect(decideSend(timeline)).toEqual({ type: "steer", turnId: "t", declines: first });
});
