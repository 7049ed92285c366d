/**
 * What a client without `skein/replay` is told of items that started before it came: that they started, and their text
 * so far in one delta. The deltas that follow continue it exactly.
 */
import type { ThreadItem } from "@skein/protocol/item";
import type { NotificationParams } from "@skein/protocol/notifications";
import type { ItemRow } from "@skein/timeline/project/derive-projection";

type Method =
  | "item/started"
  | "item/agentMessage/delta"
  | "item/commandExecution/outputDelta"
  | "item/reasoning/summaryPartAdded"
  | "item/reasoning/summaryTextDelta"
  | "item/reasoning/textDelta";

export type Announcement = { [M in Method]: { readonly method: M; readonly params: NotificationParams<M> } }[Method];

/** `rows` with the text up to the seq from which the client goes on; those that are completed are left out. */
export function deriveAnnouncements(threadId: string, rows: readonly ItemRow[]): readonly Announcement[] {
  return rows.filter(({ completedAtMs }) => completedAtMs === null).flatMap((row) => announce(threadId, row));
}

function announce(threadId: string, { turnId, item, startedAtMs }: ItemRow): readonly Announcement[] {
  const started: Announcement = {
    method: "item/started",
    params: { threadId, turnId, item: withoutText(item), startedAtMs: startedAtMs ?? 0 },
  };
  return [started, ...textSoFar({ threadId, turnId, itemId: item.id }, item)];
}

function withoutText(item: ThreadItem): ThreadItem {
  switch (item.type) {
    case "agentMessage":
      return { ...item, text: "" };
    case "commandExecution":
      return { ...item, aggregatedOutput: null };
    case "reasoning":
      return { ...item, summary: [], content: [] };
    default:
      return item;
  }
}

function textSoFar(ref: { threadId: string; turnId: string; itemId: string }, item: ThreadItem): Announcement[] {
  switch (item.type) {
    case "agentMessage":
      return item.text === "" ? [] : [{ method: "item/agentMessage/delta", params: { ...ref, delta: item.text } }];
    case "commandExecution": {
      const delta = item.aggregatedOutput ?? "";
      return delta === "" ? [] : [{ method: "item/commandExecution/outputDelta", params: { ...ref, delta } }];
    }
    case "reasoning":
      return [
        ...(item.summary ?? []).flatMap((delta, summaryIndex): Announcement[] => [
          { method: "item/reasoning/summaryPartAdded", params: { ...ref, summaryIndex } },
          { method: "item/reasoning/summaryTextDelta", params: { ...ref, summaryIndex, delta } },
        ]),
        ...(item.content ?? []).map((delta, contentIndex): Announcement => {
          return { method: "item/reasoning/textDelta", params: { ...ref, contentIndex, delta } };
        }),
      ];
    default:
      return [];
  }
}
