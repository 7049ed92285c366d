/** What a thread that was just loaded needs before anything else: its log, judged together with the files as they are. */
import type { ThreadState } from "@skein/core/thread/evolve";
import { judgeOpenPatches } from "@skein/core/thread/judge-open-patches";
import { viewEnvironment } from "@skein/core/tools/patch/file-state";
import { rebuildTurnPatches } from "@skein/core/tools/patch/rebuild-patches";
import { createTurnPatches, type TurnPatches } from "@skein/core/tools/patch/turn-diff";
import { type Continuation, deriveContinuation } from "@skein/core/turn/derive-continuation";
import type { ThreadEventBody } from "@skein/timeline/event";
import type { PatchItem } from "@skein/timeline/item";
import type { HostPorts } from "./host-ports.ts";

export interface PreparedContinuation {
  readonly continuation: Continuation;
  /** Of the turn that goes on. */
  readonly patches: TurnPatches;
}

export async function prepareContinuation(
  state: ThreadState,
  { clock, tools, openEnvironment }: Pick<HostPorts, "clock" | "tools" | "openEnvironment">,
): Promise<PreparedContinuation> {
  // Where it cannot be opened, or its runner is away, what became of a patch is unknown, and said so.
  const waiting = { signal: AbortSignal.abort(), notice: () => {} };
  const environment = await openEnvironment(state.settings, waiting).catch(() => null);
  const outcomes = environment === null ? new Map() : await judgeOpenPatches(state, environment);
  const continuation = deriveContinuation(state, {
    now: clock.now(),
    patches: outcomes,
    tools: environment === null ? [] : tools,
  });
  if (continuation.type === "ends" || environment === null) return { continuation, patches: createTurnPatches() };
  const done = [...state.openItems.values()].flatMap(({ turnId, item }): readonly PatchItem[] => {
    const isDone = item.type === "patch" && turnId === continuation.turn.turnId && outcomes.get(item.id) === "done";
    return isDone ? [item] : [];
  });
  const { cwd } = state.settings;
  const patches = await rebuildTurnPatches(continuation.turn, done, cwd, viewEnvironment(environment));
  if (done.length === 0) return { continuation, patches };
  const shown: ThreadEventBody = {
    type: "diff.updated",
    turnId: continuation.turn.turnId,
    diff: patches.diff(cwd),
  };
  return { continuation: { ...continuation, events: [...continuation.events, shown] }, patches };
}
