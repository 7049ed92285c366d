/** A turn of the model's, from its start. */
import { noAttempts } from "../model/retry.ts";
import { createTurnPatches } from "../tools/patch/turn-diff.ts";
import { carryOut } from "./running-turn.ts";
import type { TurnInput, TurnPorts } from "./turn-input.ts";
import { openScope } from "./turn-scope.ts";

/**
 * Resolves when `turn.completed` is committed, whatever the turn's outcome, or `turn.handedOver` when the node stops.
 * Rejects, with nothing more written, only when the log refused an append (`OwnershipLost` and its like).
 */
export async function runTurn(input: TurnInput, ports: TurnPorts): Promise<void> {
  const { turnId, actor, outputSchema } = input;
  await carryOut(openScope(input, ports), {
    startedAt: ports.clock.now(),
    events: [{ type: "turn.started", turnId, actor, ...(outputSchema === undefined ? {} : { outputSchema }) }],
    calls: [],
    untold: [],
    patches: createTurnPatches(),
    attempts: noAttempts,
  });
}
