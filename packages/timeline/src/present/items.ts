/** An item as the protocol shows it. */

import type { ThreadItem } from "@skein/protocol/item";
import type { FileUpdateChange } from "@skein/protocol/item/command";
import type { TextElement, UserInput as WireUserInput } from "@skein/protocol/user-input";
import type { CommandItem, FileChange, Item, UserInput } from "../item.ts";
import { presentPerson } from "./person.ts";

/** Milliseconds since the epoch; `completedAtMs` is null while the item is open. */
export interface ItemTimes {
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
}

export function presentItem(item: Item, times: ItemTimes): ThreadItem {
  switch (item.type) {
    case "userMessage":
      return {
        type: "userMessage",
        id: item.id,
        clientId: item.clientId,
        content: item.content.map(presentInput),
        ...(item.author === undefined ? {} : { author: presentPerson(item.author) }),
        ...times,
      };
    case "agentMessage":
      return {
        type: "agentMessage",
        moderation: null,
        id: item.id,
        text: item.text,
        phase: item.phase,
        memoryCitation: null,
        delivery: null,
        questions: null,
        ...times,
      };
    case "reasoning":
      return { type: "reasoning", id: item.id, summary: [...item.summary], content: [...item.content], ...times };
    case "command":
      return presentCommand(item, times);
    case "patch":
      return {
        type: "fileChange",
        id: item.id,
        changes: item.changes.map(presentChange),
        status: item.status,
        ...times,
      };
  }
}

function presentCommand(item: CommandItem, times: ItemTimes): ThreadItem {
  return {
    type: "commandExecution",
    id: item.id,
    pluginId: null,
    scriptPath: null,
    command: item.command,
    cwd: item.cwd,
    processId: item.processId,
    source: presentSource(item.source),
    status: item.status,
    commandActions: [...item.actions],
    aggregatedOutput: item.output,
    exitCode: item.exitCode,
    durationMs: item.durationMs,
    ...times,
  };
}

/** The protocol calls a command that may outlive its tool call by the name of upstream's mechanism. */
function presentSource(source: CommandItem["source"]) {
  return source === "session" ? "unifiedExecStartup" : source;
}

function presentChange(change: FileChange): FileUpdateChange {
  const { path, kind, diff } = change;
  if (kind.type === "update") return { path, kind: { type: "update", move_path: kind.movePath }, diff };
  return { path, kind: { type: kind.type }, diff };
}

export function presentInput(input: UserInput): WireUserInput {
  if (input.type !== "text") return input;
  return { type: "text", text: input.text, text_elements: input.textElements as TextElement[] };
}
