/** What of a turn goes into an export: what people and the agent said and did, in order. */
import type { ThreadItem } from "@skein/protocol/item";
import type { PagedTurn, Turn } from "@skein/protocol/turn";

export type ExportedPart =
  | { readonly type: "prompt"; readonly text: string }
  | { readonly type: "answer"; readonly text: string }
  | { readonly type: "thought"; readonly text: string }
  /** A person's words to the others, with their name. */
  | { readonly type: "comment"; readonly author: string; readonly at: number; readonly text: string }
  | { readonly type: "command"; readonly command: string; readonly output: string; readonly exitCode: number | null }
  | {
      readonly type: "change";
      readonly path: string;
      readonly kind: "add" | "delete" | "update";
      readonly diff: string;
    };

export interface ExportedTurn {
  readonly id: string;
  readonly status: Turn["status"];
  /** Seconds since the epoch. */
  readonly startedAt: number | null;
  readonly parts: readonly ExportedPart[];
}

export function exportTurn({ id, status, startedAt, items, extras }: PagedTurn): ExportedTurn {
  const comments = (extras?.comments ?? []).map(
    ({ author, at, text }): ExportedPart => ({ type: "comment", author: author.name, at, text }),
  );
  return { id, status, startedAt, parts: [...items.flatMap(partsOf), ...comments] };
}

function partsOf(item: ThreadItem): readonly ExportedPart[] {
  switch (item.type) {
    case "userMessage":
      return said("prompt", item.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n"));
    case "agentMessage":
      return said("answer", item.text);
    case "reasoning":
      return said("thought", item.summary.join("\n\n"));
    case "commandExecution":
      return [{ type: "command", command: item.command, output: item.aggregatedOutput ?? "", exitCode: item.exitCode }];
    case "fileChange":
      return item.changes.map(({ path, kind, diff }) => ({ type: "change", path, kind: kind.type, diff }));
    default:
      return [];
  }
}

function said(type: "prompt" | "answer" | "thought", text: string): readonly ExportedPart[] {
  return text === "" ? [] : [{ type, text }];
}
