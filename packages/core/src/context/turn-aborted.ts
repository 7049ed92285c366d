import type { ResponseInputItem } from "openai/resources/responses/responses";

/** Tells the model, at the end of an interrupted turn, why its work stopped where it did. */
export const turnAbortedMarker = markerOf(
  "The person stopped this turn. Commands that were running have been ended and may have done part of their work: look at " +
    "the actual state before you continue or repeat anything.",
);

/** The same in a copy of a thread that was in the turn. */
export const turnCopiedMarker = markerOf(
  "This conversation was copied while the turn was running. The turn goes on in the original, and so do its commands: look at " +
    "the actual state before you continue or repeat anything.",
);

function markerOf(text: string): ResponseInputItem {
  return {
    type: "message",
    role: "user",
    content: [{ type: "input_text", text: `<turn_aborted>\n${text}\n</turn_aborted>` }],
  };
}
