import { join } from "node:path";
import { readPostmasterFile } from "../../apps/server/src/database/embedded/postmaster.ts";
import { socketName } from "../../apps/server/src/database/embedded/socket-directory.ts";
import type { DatabaseTarget } from "../../apps/server/src/database/pools.ts";
import type { RunningServer } from "./server.ts";

/** The embedded database of a running Skein. */
export async function databaseOf({
  dataDirectory,
}: Pick<RunningServer, "dataDirectory">): Promise<Extract<DatabaseTarget, { type: "socket" }>> {
  const postmaster = await readPostmasterFile(join(dataDirectory, "postgres"));
  if (postmaster === null) throw new Error(`no Postgres runs in ${dataDirectory}`);
  return { type: "socket", path: join(postmaster.socketDirectory, socketName), database: "skein" };
}
