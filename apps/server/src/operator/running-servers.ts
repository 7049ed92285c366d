/** What must not be done while servers are at work. */

import type { OperatorDatabase } from "./operator-database.ts";
import { Refusal } from "./refusal.ts";

export function refuseBesideOwnServer({ serverIsRunning, dataDirectory }: OperatorDatabase): void {
  if (serverIsRunning) throw new Refusal(`a server is running on ${dataDirectory}; stop it first`);
}

/** Of servers with data directories of their own the database knows; one that was killed counts until its time there ends. */
export async function refuseBesideServers(database: OperatorDatabase): Promise<void> {
  refuseBesideOwnServer(database);
  const nodes = await database.owner<{ id: string }[]>`
    select id from nodes where alive_until > clock_timestamp() order by id`;
  if (nodes.length === 0) return;
  throw new Refusal(`servers are running on the database: ${nodes.map(({ id }) => id).join(", ")}; stop them first`);
}
