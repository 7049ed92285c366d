/**
 * The items that a response streams: messages and reasoning, from `output_item.added` through deltas to
 * `output_item.done`, whose item replaces whatever the deltas gave. Tool calls are not here: they become items when
 * they run.
 */
import type { ThreadEventBody } from "@skein/timeline/event";
import type { AgentMessageItem, ReasoningItem } from "@skein/timeline/item";
import type {
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseStreamEvent,
} from "openai/resources/responses/responses";
import type { Clock, Ids } from "../ports.ts";
import { type ChunkBuffer, type ChunkChannel, wholeLength } from "./chunker.ts";
import type { TurnJournal } from "./turn-journal.ts";

interface Streaming {
  readonly item: AgentMessageItem | ReasoningItem;
  readonly startedAt: number;
  readonly parts: Map<string, StreamingPart>;
}

interface StreamingPart {
  readonly channel: ChunkChannel;
  readonly index: number;
  readonly buffer: ChunkBuffer;
  text: string;
}

export interface StreamedItemsOptions {
  readonly turnId: string;
  readonly journal: TurnJournal;
  readonly clock: Clock;
  readonly ids: Ids;
}

export class StreamedItems {
  readonly #options: StreamedItemsOptions;
  /** By the provider's item id. */
  readonly #open = new Map<string, Streaming>();

  constructor(options: StreamedItemsOptions) {
    this.#options = options;
  }

  /** Unknown events, and deltas of items that were never announced, are ignored: the finished item says it all. */
  hear(event: ResponseStreamEvent): void {
    switch (event.type) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        this.#delta(event.item_id, "text", 0, event.delta);
        break;
      case "response.reasoning_summary_text.delta":
        this.#delta(event.item_id, "summary", event.summary_index, event.delta);
        break;
      case "response.reasoning_text.delta":
        this.#delta(event.item_id, "reasoning", event.content_index, event.delta);
        break;
      case "response.reasoning_summary_part.added":
        this.#summaryPart(event.item_id, event.summary_index);
        break;
      case "response.output_item.added":
        this.#added(event.item);
        break;
      default:
        break;
    }
  }

  /** The events that close the item, or nothing for an item that people do not see. */
  done(raw: ResponseOutputItem): readonly ThreadEventBody[] {
    if (raw.type !== "message" && raw.type !== "reasoning") return [];
    const { turnId, journal } = this.#options;
    const open = this.#open.get(raw.id);
    if (open === undefined) this.#added(raw);
    const { item: started, startedAt } = this.#open.get(raw.id) as Streaming;
    this.#open.delete(raw.id);
    const item = raw.type === "message" ? messageItem(raw, started.id) : reasoningItem(raw, started.id);
    if (item.type === "agentMessage") journal.finalMessage = item;
    return [{ type: "item.completed", turnId, item, startedAt }];
  }

  /** Closes what the response left unfinished, with the text so far. The model never hears of it. */
  cutShort(): readonly ThreadEventBody[] {
    const { turnId } = this.#options;
    const events = [...this.#open.values()].map((streaming): ThreadEventBody => {
      return { type: "item.completed", turnId, item: partialItem(streaming), startedAt: streaming.startedAt };
    });
    this.#open.clear();
    return events;
  }

  #added(raw: ResponseOutputItem): void {
    if ((raw.type !== "message" && raw.type !== "reasoning") || this.#open.has(raw.id)) return;
    const { turnId, journal, clock } = this.#options;
    const id = this.#itemId(raw);
    const item: AgentMessageItem | ReasoningItem =
      raw.type === "message"
        ? { type: "agentMessage", id, text: "", phase: raw.phase ?? null }
        : { type: "reasoning", id, summary: [], content: [] };
    this.#open.set(raw.id, { item, startedAt: clock.now(), parts: new Map() });
    journal.post([{ type: "item.started", turnId, item }]);
  }

  #itemId(raw: ResponseOutputMessage | ResponseReasoningItem): string {
    const { journal, ids } = this.#options;
    if (typeof raw.id === "string" && raw.id !== "" && !journal.isUsed(raw.id)) return raw.id;
    return `${raw.type === "message" ? "msg" : "rs"}_${ids.uuid()}`;
  }

  #delta(providerId: string, channel: ChunkChannel, index: number, text: string): void {
    const streaming = this.#open.get(providerId);
    if (streaming === undefined) return;
    const part = this.#part(streaming, channel, index);
    part.text += text;
    part.buffer.push(text);
  }

  #part(streaming: Streaming, channel: ChunkChannel, index: number): StreamingPart {
    const key = channel === "text" ? channel : `${channel}${index}`;
    let part = streaming.parts.get(key);
    if (part === undefined) {
      const buffer = this.#options.journal.buffer(streaming.item.id, channel, index);
      part = { channel, index, buffer, text: "" };
      streaming.parts.set(key, part);
    }
    return part;
  }

  #summaryPart(providerId: string, index: number): void {
    const { turnId, journal } = this.#options;
    const streaming = this.#open.get(providerId);
    if (streaming === undefined) return;
    journal.post([{ type: "item.summaryPart", turnId, itemId: streaming.item.id, index }]);
  }
}

function messageItem(raw: ResponseOutputMessage, id: string): AgentMessageItem {
  const text = (raw.content ?? []).map((part) => (part.type === "output_text" ? part.text : part.refusal)).join("");
  return { type: "agentMessage", id, text, phase: raw.phase ?? null };
}

function reasoningItem(raw: ResponseReasoningItem, id: string): ReasoningItem {
  return {
    type: "reasoning",
    id,
    summary: (raw.summary ?? []).map((part) => part.text),
    content: (raw.content ?? []).map((part) => part.text),
  };
}

function partialItem({ item, parts }: Streaming): AgentMessageItem | ReasoningItem {
  if (item.type === "agentMessage") return { ...item, text: partialTexts(parts, "text")[0] ?? "" };
  return { ...item, summary: partialTexts(parts, "summary"), content: partialTexts(parts, "reasoning") };
}

function partialTexts(parts: Streaming["parts"], channel: ChunkChannel): readonly string[] {
  const texts: string[] = [];
  for (const part of parts.values()) {
    if (part.channel !== channel) continue;
    while (texts.length <= part.index) texts.push("");
    texts[part.index] = part.text.slice(0, wholeLength(part.text));
  }
  return texts;
}
