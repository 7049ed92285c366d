import type { Sql } from "../database/pools.ts";

/** Of these sessions and access tokens, those that are unknown, revoked or expired. */
export async function endedCredentials(
  app: Sql,
  sessionIds: readonly string[],
  tokenIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const list = (ids: readonly string[]) => `{${ids.join(",")}}`;
  const rows = await app<{ id: string }[]>`
    select id from ended_credentials(${list(sessionIds)}, ${list(tokenIds)}) as id`;
  return new Set(rows.map(({ id }) => id));
}
