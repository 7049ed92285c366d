import type { Fragment, Transaction } from "../database/pools.ts";

/** How many bytes are kept apart from a row, by its column `bodies`. */
export function bodyBytes(sql: Transaction, bodies: Fragment): Fragment {
  return sql`case when ${bodies} is null then 0 else (select sum((b ->> 2)::int) from json_array_elements(${bodies}) as b) end`;
}
