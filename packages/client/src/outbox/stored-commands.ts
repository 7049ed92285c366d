/** Commands on their way, as a page keeps them over a reload. */
import { isMethodName, type MethodName } from "@skein/protocol/methods";
import { commandKeyOf } from "./command-key.ts";
import type { OutboxEntry } from "./entry.ts";

/** Where the text is kept. Losing it loses what was not sent; it must not be shared by pages that are open at the same time. */
export interface OutboxStorage {
  /** null: nothing is kept. */
  read(): string | null;
  /** May fail without harm, e.g. when there is no room: the commands then live as long as the page. */
  write(text: string): void;
}

export interface StoredCommand {
  readonly method: MethodName;
  readonly params: unknown;
  /** Why the server refused it; null when it did not. */
  readonly refusal: string | null;
}

const version = 1;

/** What was answered has taken effect and is not kept. */
export function encodeCommands(entries: readonly OutboxEntry[]): string {
  const commands = entries
    .filter(({ isPosted, state }) => isPosted && state.type !== "answered")
    .map(({ method, params, state }) => ({
      ...{ method, params },
      refusal: state.type === "failed" ? state.error.message : null,
    }));
  return JSON.stringify({ version, commands });
}

/** Reads what `encodeCommands` wrote. What cannot be read, or could not be sent again safely, is left out. */
export function decodeCommands(text: string | null): readonly StoredCommand[] {
  if (text === null) return [];
  try {
    const stored = JSON.parse(text) as { version?: unknown; commands?: unknown };
    if (stored.version !== version || !Array.isArray(stored.commands)) return [];
    return stored.commands.filter(isStoredCommand);
  } catch {
    return [];
  }
}

function isStoredCommand(value: unknown): value is StoredCommand {
  if (typeof value !== "object" || value === null) return false;
  const { method, params, refusal } = value as Record<keyof StoredCommand, unknown>;
  if (refusal !== null && typeof refusal !== "string") return false;
  return typeof method === "string" && isMethodName(method) && commandKeyOf(method, params) !== null;
}
