import type { Sql } from "../database/pools.ts";

/** What is to be set aside, and for whom. */
export interface Reservation {
  readonly threadId: string;
  readonly fence: bigint;
  readonly callId: string;
  readonly turnId: string;
  readonly userId: string | null;
  readonly model: string;
  readonly credential: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type CallSource = "allowance" | "pool" | "credits";

export type Verdict =
  | { readonly type: "granted"; readonly source: CallSource }
  /** Nobody has set a limit; nothing was set aside. */
  | { readonly type: "unlimited" }
  /** Only what others have set aside is in the way. */
  | { readonly type: "wait" }
  /** `resetsAtMs`: since the epoch; null: time alone will not help. */
  | { readonly type: "spent"; readonly limit: "member" | "pool"; readonly resetsAtMs: number | null }
  /** The thread is not owned under this fence any more. */
  | { readonly type: "lost" };

/** Sets tokens aside, in place of what the thread has set aside before. `log`: a pool of the role `skein_log`. */
export async function reserveCall(log: Sql, reservation: Reservation): Promise<Verdict> {
  const { threadId, fence, callId, turnId, userId, model, credential, inputTokens, outputTokens } = reservation;
  const [row] = await log<[{ verdict: Verdict["type"]; source: string; resets_at: Date | null }]>`
    select * from reserve_call(${threadId}, ${fence}, ${callId}, ${turnId}, ${userId}, ${model}, ${credential},
      ${inputTokens}, ${outputTokens})`;
  switch (row.verdict) {
    case "granted":
      return { type: "granted", source: row.source as CallSource };
    case "spent": {
      const limit = row.source === "member" ? "member" : "pool";
      return { type: "spent", limit, resetsAtMs: row.resets_at?.getTime() ?? null };
    }
    default:
      return { type: row.verdict };
  }
}

/** Calls whose owner is gone count with what was sent. Gives how many there were. */
export async function settleLostCalls(log: Sql): Promise<number> {
  const [row] = await log<[{ settled: bigint }]>`select settle_lost_calls(null) as settled`;
  return Number(row.settled);
}
