import type { CommandExecutionItem } from "@skein/protocol/item/command";
import { formatDuration } from "../../lib/format-duration.ts";

/** The command as a person would type it: without the shell that it was handed to. The exact line is in its tooltip. */
export function presentCommand(command: string): string {
  const inner = /^\S*\/?(?:ba|z|da)?sh\s+-l?c\s+(.+)$/s.exec(command)?.[1];
  if (inner === undefined) return command;
  // A quote inside quotes is written '\'' or '"'"', as the shell that quoted it prefers.
  const quoted = /^'((?:[^']|'\\''|'"'"')*)'$/s.exec(inner)?.[1];
  if (quoted !== undefined) return quoted.replace(/'\\''|'"'"'/g, "'");
  const double = /^"((?:[^"\\]|\\.)*)"$/s.exec(inner)?.[1];
  if (double !== undefined) return double.replace(/\\(["\\$`])/g, "$1");
  return /\s/.test(inner) ? command : inner;
}

export interface CommandOutcome {
  readonly tone: "running" | "success" | "danger" | "muted";
  readonly text: string;
}

/** What the item itself does not say. */
export interface CommandCircumstances {
  /** It waits for a person, not for the machine. */
  readonly asking: boolean;
  /** The page is kept up to date. */
  readonly live: boolean;
}

/** How a command ended: exit code as word and number, and how long it took. */
export function presentCommandOutcome(item: CommandExecutionItem, seen: CommandCircumstances): CommandOutcome {
  const took = item.durationMs === null ? "" : ` · ${formatDuration(item.durationMs)}`;
  switch (item.status) {
    case "inProgress":
      if (seen.asking) return { tone: "muted", text: "Waiting for approval" };
      return seen.live ? { tone: "running", text: "Running" } : { tone: "muted", text: "Was running when last seen" };
    case "declined":
      return { tone: "muted", text: "Declined" };
    case "completed":
      return { tone: "success", text: `Exit ${item.exitCode ?? 0}${took}` };
    case "failed":
      return { tone: "danger", text: `${item.exitCode === null ? "Failed" : `Failed, exit ${item.exitCode}`}${took}` };
  }
}
