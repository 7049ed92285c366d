/** What the parts of one running turn share. */
import type { TurnInput, TurnPorts } from "./turn-input.ts";
import { type EarlierItems, TurnJournal } from "./turn-journal.ts";

export interface TurnScope {
  readonly input: TurnInput;
  readonly ports: TurnPorts;
  readonly journal: TurnJournal;
  /** Aborted when the turn has to stop: an interrupt, a cancelled approval, or a log that takes nothing more. */
  readonly signal: AbortSignal;
  interrupt(): void;
  /** Lets go of the host's signal, and of steers that came when nothing could be recorded any more. */
  release(): void;
}

/** `earlier`: null for a turn that begins. */
export function openScope(input: TurnInput, ports: TurnPorts, earlier: EarlierItems | null = null): TurnScope {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error("The turn was interrupted."));
  if (input.signal.aborted) interrupt();
  input.signal.addEventListener("abort", interrupt, { once: true });
  const journal = new TurnJournal({
    turnId: input.turnId,
    journal: ports.journal,
    clock: ports.clock,
    onFailure: (error) => stop.abort(error),
    earlier,
  });
  return {
    input,
    ports,
    journal,
    signal: stop.signal,
    interrupt,
    release: () => {
      input.signal.removeEventListener("abort", interrupt);
      input.steering.close();
    },
  };
}
