import type { ThreadItem } from "@skein/protocol/item";
import type { FramedEvent } from "@skein/protocol/replay";

/** An event that adds to the text of an open item. */
export type TextEvent = Extract<
  FramedEvent,
  {
    method:
      | "item/agentMessage/delta"
      | "item/commandExecution/outputDelta"
      | "item/reasoning/summaryPartAdded"
      | "item/reasoning/summaryTextDelta"
      | "item/reasoning/textDelta";
  }
>;

/** An event that does not fit the item's kind leaves it as it is. */
export function appendText(item: ThreadItem, event: TextEvent): ThreadItem {
  switch (event.method) {
    case "item/agentMessage/delta":
      return item.type === "agentMessage" ? { ...item, text: item.text + event.params.delta } : item;
    case "item/commandExecution/outputDelta":
      return item.type === "commandExecution"
        ? { ...item, aggregatedOutput: (item.aggregatedOutput ?? "") + event.params.delta }
        : item;
    case "item/reasoning/summaryPartAdded":
      return item.type === "reasoning"
        ? { ...item, summary: withPart(item.summary, event.params.summaryIndex, "") }
        : item;
    case "item/reasoning/summaryTextDelta":
      return item.type === "reasoning"
        ? { ...item, summary: withPart(item.summary, event.params.summaryIndex, event.params.delta) }
        : item;
    case "item/reasoning/textDelta":
      return item.type === "reasoning"
        ? { ...item, content: withPart(item.content, event.params.contentIndex, event.params.delta) }
        : item;
  }
}

/** Appends to the part at `index`; parts that nobody announced begin empty. */
function withPart(parts: readonly string[], index: number, text: string): string[] {
  const length = Math.max(parts.length, index + 1);
  return Array.from({ length }, (_, at) => (parts[at] ?? "") + (at === index ? text : ""));
}
