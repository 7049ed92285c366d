/** Calls without a limit are written down before they are made, so that one in the air when its node dies is found and counted. */
import type { Sql } from "../database/pools.ts";
import { checkToken, cleanText, encodeFields, encodeLines } from "../log/rows.ts";
import type { Reservation } from "./reserve-call.ts";

/** "lost": the thread is not owned under this fence any more. "again": the call of an earlier owner had to be counted first. */
export type NoteOutcome = "noted" | "lost" | "again";

/** In the order of the calls, of which each is another thread's. `log`: a pool of the role `skein_log`. */
export async function noteCalls(log: Sql, calls: readonly Reservation[]): Promise<readonly NoteOutcome[]> {
  const rows = await log<{ call_id: string; outcome: NoteOutcome }[]>`
    select call_id, outcome from note_calls(${encodeLines(calls.map(encodeCall))})`;
  const outcomes = new Map(rows.map(({ call_id: id, outcome }) => [id, outcome]));
  return calls.map(({ callId }) => outcomes.get(callId) ?? "again");
}

function encodeCall(call: Reservation): string {
  const { threadId, fence, callId, turnId, userId, model, credential, inputTokens, outputTokens } = call;
  const about = [checkToken("turn id", turnId), userId, cleanText(model), credential];
  return encodeFields([threadId, fence, callId, ...about, inputTokens, outputTokens]);
}
