import type { ApprovalOutcome } from "@skein/timeline/event";

/** What an approval's outcome means for the effect that waited for it. */
export type ApprovalAnswer =
  | { readonly type: "allowed" }
  /** How the item ends, and what the model is told. */
  | { readonly type: "refused"; readonly status: "declined" | "failed"; readonly message: string };

export function readOutcome(outcome: ApprovalOutcome): ApprovalAnswer {
  switch (outcome.type) {
    case "answered":
      return { type: "refused", status: "failed", message: "nobody decided: the answer was to a question" };
    case "networkRule":
      return { type: "refused", status: "failed", message: "nobody decided: the answer was about a host" };
    case "withdrawn":
      return { type: "refused", status: "declined", message: "aborted by user" };
    case "failed":
      return { type: "refused", status: "failed", message: `nobody could be asked: ${outcome.message}` };
    case "decided":
      switch (outcome.decision) {
        case "accept":
        case "acceptForSession":
          return { type: "allowed" };
        case "decline":
        case "cancel":
          return { type: "refused", status: "declined", message: "rejected by user" };
      }
  }
}
