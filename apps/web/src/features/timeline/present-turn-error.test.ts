import type { TurnError } from "@skein/protocol/turn-error";
import { expect, it } from "vitest";
import { presentTurnError } from "./present-turn-error.ts";

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
