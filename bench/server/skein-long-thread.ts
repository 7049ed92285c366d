import { openPool, type Transaction } from "../../apps/server/src/database/pools.ts";
import { neighbourOf } from "./neighbouring-ids.ts";
import type { RepeatTurns } from "./server.ts";
import { databaseOf } from "./skein-database.ts";

/** The log and its projections, turn by turn, behind a copy of the thread's row that nobody owns. */
/** The log and its projections, behind a copy of the thread's row that nobody owns. */
export const repeatSkeinTurns: RepeatTurns = async (server, { threadId, times }) => {
  const owner = openPool(await databaseOf(server), "skein_owner", { maxConnections: 1, silenceMs: null });
  try {
    return await owner.begin((sql) => repeat(sql as Transaction, threadId, times));
  } finally {
    await owner.end();
  }
};

/** Where the second turn lies in the log, and the ids that are to be new in every copy of it. */
interface SecondTurn {
  readonly from: number;
  readonly to: number;
  readonly ids: readonly string[];
}

async function repeat(sql: Transaction, source: string, times: number): Promise<string> {
  const target = neighbourOf(source);
  const second = await findSecondTurn(sql, source);
  await sql.unsafe(`create temp table copied on commit drop as select * from threads where id = '${source}'`);
  const head = second.from - 1 + times * (second.to - second.from);
  await sql.unsafe(`update copied set id = '${target}', head_seq = ${head}, owner_node = null`);
  await sql.unsafe("insert into threads select * from copied");
  const copy = (table: string, place: string, columns: Columns) =>
    sql.unsafe(copyStatement(table, place, columns, { source, target, times, second }));
  await copy("thread_events", "seq", {
    same: ["type", "version", "at"],
    moved: ["seq"],
    renamed: ["item_id", "payload::json"],
  });
  await copy("turns", "ordinal", {
    same: ["status", "error", "started_at", "completed_at", "duration_ms", "extras"],
    moved: ["ordinal", "as_of"],
    renamed: ["turn_id"],
  });
  await copy("items", "ordinal", {
    same: ["type", "text", "started_at_ms", "completed_at_ms"],
    moved: ["ordinal", "as_of"],
    renamed: ["item_id", "turn_id", "item::json"],
  });
  await sql.unsafe("analyze thread_events, turns, items");
  return target;
}

async function findSecondTurn(sql: Transaction, threadId: string): Promise<SecondTurn> {
  const turns = await sql<{ turn_id: string; ordinal: bigint }[]>`
    select turn_id, ordinal from turns where thread_id = ${threadId} order by ordinal`;
  const [, second, third] = turns;
  if (second === undefined || third === undefined) throw new Error(`the thread ${threadId} has no three turns`);
  const items = await sql<{ item_id: string }[]>`
    select item_id from items where thread_id = ${threadId} and turn_id = ${second.turn_id}`;
  const ids = [second.turn_id, ...items.map(({ item_id }) => item_id)];
  return { from: Number(second.ordinal), to: Number(third.ordinal), ids };
}

interface Columns {
  readonly same: readonly string[];
  /** Places in the log: they move with the copy. */
  readonly moved: readonly string[];
  /** Hold ids of the turn, in text or in JSON ("column::json"). */
  readonly renamed: readonly string[];
}

interface Copy {
  readonly source: string;
  readonly target: string;
  readonly times: number;
  readonly second: SecondTurn;
}

/** What lies before the second turn once, the second turn so many times. */
function copyStatement(
  table: string,
  place: string,
  columns: Columns,
  { source, target, times, second }: Copy,
): string {
  const names = [...columns.same, ...columns.moved, ...columns.renamed.map((column) => column.replace("::json", ""))];
  const moved = columns.moved.map((column) => `${column} + n * ${second.to - second.from}`);
  const renamed = columns.renamed.map((column) => {
    const [name, type = "text"] = column.split("::");
    const text = second.ids.reduce((inner, id) => `replace(${inner}, '${id}', '${id}-' || n)`, `${name}::text`);
    return `(${text})::${type}`;
  });
  return `insert into ${table} (tenant_id, thread_id, ${names.join(", ")})
    select tenant_id, '${target}'::uuid, ${names.join(", ")} from ${table} where thread_id = '${source}' and ${place} < ${second.from}
    union all
    select tenant_id, '${target}'::uuid, ${[...columns.same, ...moved, ...renamed].join(", ")} from ${table}, generate_series(0, ${times - 1}) as n
    where thread_id = '${source}' and ${place} >= ${second.from} and ${place} < ${second.to}`;
}
