import type { Sql } from "../database/pools.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { parseId } from "./command.ts";
import { Refusal } from "./refusal.ts";

/** The thread that was named; without a name all, oldest first, without holding them in memory. */
export async function* findThreads(owner: Sql, named: string | boolean | undefined): AsyncGenerator<ThreadKey> {
  if (named === undefined) {
    const pages = owner<{ tenant_id: string; id: string }[]>`select tenant_id, id from threads order by id`.cursor(500);
    for await (const page of pages) for (const { tenant_id, id } of page) yield { tenantId: tenant_id, threadId: id };
    return;
  }
  yield await findThread(owner, named);
}

export async function findThread(owner: Sql, named: string | boolean | undefined): Promise<ThreadKey> {
  const threadId = parseId("the thread's id", named);
  const [row] = await owner<{ tenant_id: string }[]>`select tenant_id from threads where id = ${threadId}`;
  if (row === undefined) throw new Refusal(`there is no thread ${threadId}`);
  return { tenantId: row.tenant_id, threadId };
}
