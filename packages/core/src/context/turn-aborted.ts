import type { ResponseInputItem } from "openai/resources/responses/responses";

/** Tells the model, at the end of an interrupted turn, why its work stopped where it did. */
export const turnAbortedMarker: ResponseInputItem = {
  type: "message",
  role: "user",
  content: [
    {
      type: "input_text",
      text:
        "<turn_aborted>\nThe person stopped this turn. Commands that were running have been ended and may have done part of " +
        "their work: look at the actual state before you continue or repeat anything.\n</turn_aborted>",
    },
  ],
};
