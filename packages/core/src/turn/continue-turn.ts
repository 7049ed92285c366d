/** A turn that another node, or an earlier life of this one, began: the same loop, taken up where the log ends. */
import { noAttempts } from "../model/retry.ts";
import { historyItems } from "../thread/history.ts";
import type { TurnPatches } from "../tools/patch/turn-diff.ts";
import type { Continuation } from "./derive-continuation.ts";
import { carryOut } from "./running-turn.ts";
import type { ContinuedInput, TurnPorts } from "./turn-input.ts";
import { openScope } from "./turn-scope.ts";

/** As `runTurn`. `patches`: what the turn's patches did so far, as `rebuildTurnPatches` finds it. */
export async function continueTurn(
  input: ContinuedInput,
  { turn, events, calls }: Extract<Continuation, { type: "goesOn" }>,
  patches: TurnPatches,
  ports: TurnPorts,
): Promise<void> {
  const { actor, outputSchema, startedAt, untold, finalMessage, streamRetries } = turn;
  const asked = { userInput: [], actor, ...(outputSchema === undefined ? {} : { outputSchema }) };
  const earlier = {
    usedIds: historyItems(turn.itemIds) as string[],
    openItems: input.state().openItems.values(),
    finalMessage,
  };
  await carryOut(openScope({ ...input, ...asked }, ports, earlier), {
    ...{ startedAt, events, calls, untold, patches },
    attempts: { ...noAttempts, stream: streamRetries },
  });
}
