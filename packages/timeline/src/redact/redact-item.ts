/** An item as a viewer sees it. Every field is named here: what is added to items later is not shown until it is. */
import type { FileChange, Item, UserInput } from "../item.ts";
import { redactText } from "./redact-text.ts";
import type { RedactionRules } from "./redaction-rules.ts";

/** `item` has ended, or is shown without the text that is still to come. */
export function redactItem(item: Item, rules: RedactionRules): Item {
  const redact = (text: string) => redactText(text, rules);
  const { id } = item;
  switch (item.type) {
    case "userMessage":
      return { type: "userMessage", id, clientId: null, content: item.content.flatMap((part) => said(part, redact)) };
    case "agentMessage":
      return { type: "agentMessage", id, text: redact(item.text), phase: item.phase };
    case "reasoning":
      return { type: "reasoning", id, summary: item.summary.map(redact), content: [] };
    case "command":
      return {
        ...{ type: "command", id, actions: [], source: item.source, processId: null, status: item.status },
        ...{ exitCode: item.exitCode, durationMs: item.durationMs },
        command: redact(item.command),
        cwd: redact(item.cwd),
        output: item.output === null ? null : redact(item.output),
      };
    case "patch":
      return {
        ...{ type: "patch", id, status: item.status },
        changes: item.changes.map((change) => redactChange(change, redact)),
      };
  }
}

/** An item that has just started, without the text that it began with: that comes in pieces. */
export function withoutText(item: Item): Item {
  switch (item.type) {
    case "agentMessage":
      return { ...item, text: "" };
    case "reasoning":
      return { ...item, summary: [], content: [] };
    case "command":
      return { ...item, output: null };
    default:
      return item;
  }
}

/** Pictures, and files by their names, are not shown. */
function said(part: UserInput, redact: (text: string) => string): readonly UserInput[] {
  return part.type === "text" ? [{ type: "text", text: redact(part.text), textElements: [] }] : [];
}

function redactChange({ path, kind, diff }: FileChange, redact: (text: string) => string): FileChange {
  const moved = kind.type === "update" && kind.movePath !== null ? redact(kind.movePath) : null;
  return {
    path: redact(path),
    kind: kind.type === "update" ? { type: "update", movePath: moved } : { type: kind.type },
    diff: redact(diff),
  };
}
