/**
 * The end of a turn, whichever it is: calls get their outputs, people's last messages and an interrupt's marker enter
 * the model's history, everything still open is closed, and all of that is one append with `turn.completed`.
 */
import type { ThreadEventBody, TurnError } from "@skein/timeline/event";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { turnAbortedMarker } from "../context/turn-aborted.ts";
import { closedAsCutShort } from "../thread/open-item.ts";
import { userItems } from "./tell-model.ts";
import type { ToolRuns } from "./tool-runs.ts";
import { interruptedBy } from "./turn-control.ts";
import type { TurnScope } from "./turn-scope.ts";
import type { UserMessages } from "./user-messages.ts";

export type TurnEnd =
  | { readonly type: "completed" }
  | { readonly type: "interrupted" }
  | { readonly type: "failed"; readonly error: TurnError }
  /** The node stops; in the log the turn stays open. */
  | { readonly type: "handedOver" };

export interface EndingTurn {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly startedMonotonic: number;
  readonly messages: UserMessages;
  readonly tools: ToolRuns;
}

export async function finishTurn(scope: TurnScope, turn: EndingTurn, end: TurnEnd): Promise<void> {
  if (end.type === "handedOver") return handOver(scope, turn);
  const { input, journal } = scope;
  if (end.type !== "completed") scope.interrupt();
  const outputs = await turn.tools.outputs();
  await turn.tools.networks.end();
  turn.messages.recordArrivals();
  input.steering.close();
  const said = turn.messages.takeUntold();
  const items: ResponseInputItem[] = [...outputs, ...userItems(said, new Map())];
  if (end.type === "interrupted") items.push(turnAbortedMarker);
  const { turnId } = input;
  const events: ThreadEventBody[] = [...closingEvents(scope)];
  const tells = said.map(({ id }) => id);
  if (items.length > 0) events.push({ type: "model.items", turnId, items, context: null, tells });
  if (end.type === "failed") events.push({ type: "error.reported", turnId, error: end.error, willRetry: false });
  await journal.emit([...events, completion(scope, turn, end)]);
}

/** What ended in time is written; calls that still work, and what people said last, are the next owner's. */
async function handOver({ input, journal }: TurnScope, turn: EndingTurn): Promise<void> {
  const { turnId } = input;
  const items = await turn.tools.outputs();
  turn.messages.recordArrivals();
  input.steering.close();
  const outputs: ThreadEventBody[] =
    items.length === 0 ? [] : [{ type: "model.items", turnId, items, context: null, tells: [] }];
  const written = journal.emit([...outputs, { type: "turn.handedOver", turnId }]);
  journal.seal();
  await written;
}

/** Items that nobody will close any more. Commands in the background are closed when they end. */
function closingEvents({ input, ports, journal }: TurnScope): readonly ThreadEventBody[] {
  const inBackground = new Set(ports.processes.all().map((process) => process.itemId));
  return [...journal.openItems.values()]
    .filter((open) => !inBackground.has(open.item.id))
    .map(({ item, startedAt }) => {
      return { type: "item.completed", turnId: input.turnId, item: closedAsCutShort(item), startedAt };
    });
}

function completion(
  scope: TurnScope,
  turn: EndingTurn,
  end: Exclude<TurnEnd, { type: "handedOver" }>,
): ThreadEventBody {
  const by = end.type === "interrupted" ? interruptedBy(scope.input.signal) : null;
  return {
    type: "turn.completed",
    turnId: scope.input.turnId,
    status: end.type,
    error: end.type === "failed" ? end.error : null,
    startedAt: turn.startedAt,
    durationMs: Math.round(scope.ports.clock.monotonic() - turn.startedMonotonic),
    finalMessage: scope.journal.finalMessage,
    ...(by === null ? {} : { interruptedBy: by }),
  };
}
