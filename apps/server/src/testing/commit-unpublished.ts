/** Commits behind a server's back, as another node does whose messages are lost. */
import type { ThreadEventBody } from "@skein/timeline/event";
import { EventLog } from "../log/event-log.ts";
import { readHeads } from "../log/heads.ts";
import { ThreadWriter } from "../log/testing.ts";
import type { TestServer } from "./start-test-server.ts";

/** The seq of the last one. `batch`: events per commit. */
export async function commitUnpublished(
  { database }: Pick<TestServer, "database">,
  threadId: string,
  events: readonly ThreadEventBody[],
  batch = 1,
): Promise<number> {
  const head = (await readHeads(database.log, [threadId])).get(threadId);
  if (head === undefined) throw new Error(`there is no thread ${threadId}`);
  const log = new EventLog(database.log);
  const writer = new ThreadWriter(threadId, head.fence, head.headSeq);
  for (let index = 0; index < events.length; index += batch) {
    await writer.write(log, ...events.slice(index, index + batch));
  }
  await log.close();
  return writer.headSeq;
}
