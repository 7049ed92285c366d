import type { SettledDecision } from "@skein/protocol/user-question";
import type { ItemView, TurnView } from "@skein/timeline/reduce/timeline";
import type { Row } from "./row.ts";

/** Kinds that other programs put into a thread; the timeline names them and shows no more. */
const otherKinds: Readonly<Record<string, string>> = {
  enteredReviewMode: "Review started",
  exitedReviewMode: "Review finished",
  contextCompaction: "Older parts were summarised",
  webSearch: "Searched the web",
  imageView: "Looked at an image",
  imageGeneration: "Made an image",
  mcpToolCall: "Used a tool",
  dynamicToolCall: "Used a tool",
  plan: "Proposed a plan",
};

/** The row of one item; null for an item with nothing to see yet. */
export function deriveItemRow(view: ItemView, turn: TurnView): Row | null {
  const { item } = view;
  const key = `item:${item.id}`;
  const streaming = turn.status === "inProgress" && view.completedAtMs === null;
  switch (item.type) {
    case "userMessage":
      return { kind: "user", key, view: { ...view, item } };
    case "agentMessage":
      return item.text === "" ? null : { kind: "agent", key, view: { ...view, item }, streaming };
    case "reasoning":
      return item.summary.every((part) => part === "")
        ? null
        : { kind: "reasoning", key, view: { ...view, item }, streaming };
    case "commandExecution":
      return { kind: "command", key, view: { ...view, item }, asking: false, decisions: decisionsOf(turn, item.id) };
    case "fileChange":
      return { kind: "files", key, view: { ...view, item }, turnId: turn.id, decisions: decisionsOf(turn, item.id) };
    default:
      return { kind: "other", key, label: otherKinds[item.type] ?? item.type };
  }
}

function decisionsOf({ decisions }: TurnView, itemId: string): readonly SettledDecision[] {
  return decisions.filter((decision) => decision.itemId === itemId);
}
