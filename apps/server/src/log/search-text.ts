import type { ThreadItem } from "@skein/protocol/item";
import { cleanText } from "./rows.ts";

/** Enough to find an item by; what is longer is found by its beginning. Characters. */
const maxSearchChars = 20_000;

/** The words of an item that search looks at: what people and the agent said, which commands ran, which files changed. */
export function deriveSearchText(item: ThreadItem): string {
  return cleanText(wordsOf(item).slice(0, maxSearchChars));
}

function wordsOf(item: ThreadItem): string {
  switch (item.type) {
    case "userMessage":
      return item.content.map((input) => (input.type === "text" ? input.text : "")).join("\n");
    case "agentMessage":
      return item.text;
    case "commandExecution":
      return item.command;
    case "fileChange":
      return item.changes.map((change) => change.path).join("\n");
    default:
      return "";
  }
}
