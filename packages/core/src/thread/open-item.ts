/** An item that has started and not completed, with the text that its chunks have given so far. */
import type { ThreadEventBody } from "@skein/timeline/event";
import type { Item } from "@skein/timeline/item";

export type Chunk = Extract<ThreadEventBody, { type: "item.chunk" }>;

export interface OpenItem {
  readonly turnId: string;
  readonly item: Item;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export function withChunk(open: OpenItem, chunk: Chunk): OpenItem {
  const { item } = open;
  switch (item.type) {
    case "agentMessage":
      return { ...open, item: { ...item, text: item.text + chunk.text } };
    case "reasoning":
      return chunk.channel === "summary"
        ? { ...open, item: { ...item, summary: withPart(item.summary, chunk) } }
        : { ...open, item: { ...item, content: withPart(item.content, chunk) } };
    case "command":
      return { ...open, item: { ...item, output: (item.output ?? "") + chunk.text } };
    case "userMessage":
    case "patch":
      return open;
  }
}

/** The item as it is closed when what it stands for was cut short: text as far as it came, effects as failed. */
export function closedAsCutShort(item: Item): Item {
  switch (item.type) {
    case "agentMessage":
    case "reasoning":
    case "userMessage":
      return item;
    case "command":
    case "patch":
      return { ...item, status: "failed" };
  }
}

function withPart(parts: readonly string[], chunk: Chunk): readonly string[] {
  const next = [...parts];
  while (next.length <= chunk.index) next.push("");
  next[chunk.index] += chunk.text;
  return next;
}
