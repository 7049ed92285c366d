import type { TurnError } from "@skein/protocol/turn-error";
import { expect, it } from "vitest";
import { presentTimes, presentTurnError } from "./present-turn-error.ts";

const error = (codexErrorInfo: TurnError["codexErrorInfo"]): TurnError => ({
  message: "as the server put it",
  codexErrorInfo,
  additionalDetails: null,
  misalignment: null,
});

it.each([
  [null, "The turn failed"],
  ["other" as const, "The turn failed"],
  ["unauthorized" as const, "The model refused the key"],
  [{ responseStreamDisconnected: { httpStatusCode: 502 } }, "The model's answer broke off"],
])("%j", (info, title) => expect(presentTurnError(error(info)).title).toBe(title));

it("names times as people do", () => {
  const message = "The limit is reached. It comes back at 2026-11-21T18:05:00.000Z.";
  expect(presentTimes(message, "UTC")).toBe("The limit is reached. It comes back at Nov 21, 2026, 6:05 PM.");
  expect(presentTimes("Nothing here.")).toBe("Nothing here.");
});
