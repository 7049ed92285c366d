/** The log's item out of the protocol's: `presentItem` backwards. Items that no log holds are not restored. */
import type { ThreadItem } from "@skein/protocol/item";
import type { UserInput as WireUserInput } from "@skein/protocol/user-input";
import type { FileChange, Item, UserInput } from "../item.ts";

/** null: Skein makes no items of this kind. */
export function restoreItem(item: ThreadItem): Item | null {
  switch (item.type) {
    case "userMessage":
      return { type: "userMessage", id: item.id, clientId: item.clientId, content: item.content.flatMap(restoreInput) };
    case "agentMessage":
      return {
        type: "agentMessage",
        id: item.id,
        text: item.text,
        phase: item.phase === "partial_answer" ? null : item.phase,
      };
    case "reasoning":
      return { type: "reasoning", id: item.id, summary: item.summary, content: item.content };
    case "commandExecution":
      return {
        ...{ type: "command", id: item.id, command: item.command, cwd: item.cwd, actions: [] },
        ...{ source: item.source === "userShell" || item.source === "agent" ? item.source : "session" },
        ...{ processId: item.processId, status: item.status, output: item.aggregatedOutput },
        ...{ exitCode: item.exitCode, durationMs: item.durationMs },
      };
    case "fileChange":
      return { type: "patch", id: item.id, changes: item.changes.map(restoreChange), status: item.status };
    default:
      return null;
  }
}

/** What a viewer is not shown anyway needs not be restored. */
function restoreInput(input: WireUserInput): readonly UserInput[] {
  return input.type === "text" ? [{ type: "text", text: input.text, textElements: [] }] : [];
}

function restoreChange({
  path,
  kind,
  diff,
}: Extract<ThreadItem, { type: "fileChange" }>["changes"][number]): FileChange {
  if (kind.type !== "update") return { path, kind: { type: kind.type }, diff };
  return { path, kind: { type: "update", movePath: kind.move_path }, diff };
}
