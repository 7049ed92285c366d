/** What a person may use, what is used of it and what is set aside, as the database has it. */
import type { Transaction } from "../database/pools.ts";

export interface WindowStanding {
  readonly minutes: number;
  /** Tokens; null: no limit. */
  readonly allowed: number | null;
  readonly used: number;
  readonly reserved: number;
  /** Milliseconds since the epoch; null: the window has not begun. */
  readonly resetsAtMs: number | null;
}

export interface SourceStanding {
  readonly primary: WindowStanding;
  readonly secondary: WindowStanding;
}

/** The most of one person, then what it is paid out of, in this order. */
export interface Standing {
  readonly member: SourceStanding;
  /** Without a limit there is none. */
  readonly allowance: SourceStanding;
  readonly pool: SourceStanding;
  /** Tokens that were purchased and are left. */
  readonly credits: number;
}

interface Row {
  readonly source: "member" | "allowance" | "pool" | "credits";
  readonly span: "primary" | "secondary" | null;
  readonly minutes: number | null;
  readonly allowed: bigint | null;
  readonly used: bigint;
  readonly reserved: bigint;
  readonly resets_at: Date | null;
}

export async function readStanding(sql: Transaction, userId: string): Promise<Standing> {
  const rows = await sql<Row[]>`select * from own_usage_standing(${userId})`;
  const find = (source: Row["source"], span: Row["span"]): Row => {
    const row = rows.find((candidate) => candidate.source === source && candidate.span === span);
    if (row === undefined) throw new Error(`the standing lacks ${source} ${span}`);
    return row;
  };
  const sourceOf = (source: Row["source"]) => ({
    primary: windowOf(find(source, "primary")),
    secondary: windowOf(find(source, "secondary")),
  });
  return {
    member: sourceOf("member"),
    allowance: sourceOf("allowance"),
    pool: sourceOf("pool"),
    credits: Number(find("credits", null).allowed),
  };
}

function windowOf({ minutes, allowed, used, reserved, resets_at }: Row): WindowStanding {
  return {
    minutes: minutes ?? 0,
    allowed: allowed === null ? null : Number(allowed),
    used: Number(used),
    reserved: Number(reserved),
    resetsAtMs: resets_at?.getTime() ?? null,
  };
}
