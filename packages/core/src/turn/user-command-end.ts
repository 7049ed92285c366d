/** The end of a person's own command that was cut off with its node. It is not run again: the person can see and repeat it. */
import type { ThreadEventBody } from "@skein/timeline/event";
import type { CommandItem } from "@skein/timeline/item";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { closedAsCutOff, type PatchOutcomes, presentCutOff, presentEnded } from "../thread/cut-off.ts";
import type { ThreadState } from "../thread/evolve.ts";
import type { OpenTurn } from "../thread/open-turn.ts";
import { closings, deriveRecovery } from "../thread/recover.ts";

export function userCommandEnd(
  state: ThreadState,
  turn: OpenTurn,
  { now, patches }: { readonly now: number; readonly patches: PatchOutcomes },
): readonly ThreadEventBody[] {
  const ran = commandOf(state, turn);
  if (ran === null) {
    // Either nothing had begun, or the model has been told of it already.
    const status = turn.itemIds.length === 0 ? "interrupted" : "completed";
    return deriveRecovery(state, now, { status, error: null }, { patches });
  }
  const items = [userCommandMessage(ran.item.command, ran.report)];
  const { turnId, startedAt } = turn;
  const status = { status: "completed", error: null, finalMessage: null } as const;
  return [
    ...closings(state, patches),
    { type: "model.items", turnId, items, context: null, tells: [] },
    { type: "turn.completed", turnId, ...status, startedAt, durationMs: Math.max(0, now - startedAt) },
  ];
}

/** What the model is told of a command that a person ran. */
export function userCommandMessage(command: string, report: string): ResponseInputItem {
  const text = `<user_shell_command>\nThe person ran this command in the workspace:\n${command}\n\n${report}\n</user_shell_command>`;
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

function commandOf(state: ThreadState, turn: OpenTurn): { item: CommandItem; report: string } | null {
  for (const item of turn.unreported.values()) {
    if (item.type === "command") return { item, report: presentEnded(item) };
  }
  for (const { turnId, item } of state.openItems.values()) {
    if (turnId !== turn.turnId || item.type !== "command") continue;
    const closed = closedAsCutOff(item, { type: "unknown" }) as CommandItem;
    return { item: closed, report: `${presentCutOff({ type: "unknown" })}\nOutput:\n${closed.output ?? ""}` };
  }
  return null;
}
