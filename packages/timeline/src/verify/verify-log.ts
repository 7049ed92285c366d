/**
 * What must hold of every thread's log, whoever wrote it and however often its nodes died: places without holes that
 * compaction does not explain, and nothing but legal transitions.
 */
import type { ThreadEvent, ThreadEventType } from "../event.ts";
import { type LogState, openedLog } from "./log-state.ts";
import { verifyTransition } from "./verify-transition.ts";

export interface LogProblem {
  readonly seq: number;
  /** Of the event that is wrong; null: the log's end is. */
  readonly type: ThreadEventType | null;
  /** What is wrong, in words. */
  readonly problem: string;
}

/** Takes a log piece by piece, so that it need not be in memory as a whole. */
export interface LogVerifier {
  /** The next event. Gives what is wrong with it. */
  add(event: ThreadEvent): readonly LogProblem[];
  /** No event follows. `headSeq`: where the thread's row says that its log ends. */
  end(headSeq: number): readonly LogProblem[];
}

export function createLogVerifier(): LogVerifier {
  const state = openedLog();
  let lastSeq = 0;
  return {
    add(event) {
      const problems = [...placeProblems(state, lastSeq, event), ...verifyTransition(state, event)];
      lastSeq = event.seq;
      return problems.map((problem) => ({ seq: event.seq, type: event.type, problem }));
    },
    end(headSeq) {
      const lost = [...state.openItems].filter(([, open]) => open.isCompacted).map(([id]) => id);
      const problems = [
        ...(lastSeq === headSeq ? [] : [`the log ends at ${lastSeq}, its head is ${headSeq}`]),
        ...lost.map((id) => `${id} is open, and events after its start are missing`),
      ];
      return problems.map((problem) => ({ seq: lastSeq, type: null, problem }));
    },
  };
}

/** Everything that is wrong with a whole log; nothing when all is well. `headSeq` when absent: the last event's. */
export function verifyLog(events: readonly ThreadEvent[], headSeq = events.at(-1)?.seq ?? 0): readonly LogProblem[] {
  const verifier = createLogVerifier();
  const problems = events.flatMap((event) => verifier.add(event));
  return [...problems, ...verifier.end(headSeq)];
}

/** Only text of an item that has completed is ever compacted away: a hole needs an item that is open on both its sides. */
function placeProblems(state: LogState, lastSeq: number, event: ThreadEvent): readonly string[] {
  const missing = event.seq - lastSeq - 1;
  if (missing === 0) return [];
  if (missing < 0) return [`comes after ${lastSeq}`];
  if (state.openItems.size === 0) return [`${missing} events before it are missing`];
  // Which of them lost its text cannot be told; of several at least one has to complete.
  if (state.openItems.size === 1) for (const open of state.openItems.values()) open.isCompacted = true;
  return [];
}
