import type { Sql, Transaction } from "./pools.ts";

/** Runs `work` in a transaction that sees and writes the rows of this tenant only; it commits when the promise resolves. */
export type WithTenant = <T>(tenantId: string, work: (sql: Transaction) => Promise<T>) => Promise<T>;

/**
 * The one way to tables on behalf of a request. `app` must be a pool of the role `skein_app`, for which row level security
 * shows nothing without a tenant. The setting leaves in the same write as the first statement of `work`, so it costs no round trip of its own.
 */
export function tenantScope(app: Sql): WithTenant {
  return async (tenantId, work) => {
    const result = await app.begin(async (sql) => {
      const scoped = sql`select set_config('app.tenant', ${tenantId}, true)`.execute();
      const [done] = await Promise.all([work(sql as Transaction), scoped]);
      return { done };
    });
    return result.done;
  };
}

/** A transaction that belongs to no tenant yet, for what is asked by a secret; `enterTenant` when it is known whose it is. */
export async function asNobody<T>(app: Sql, work: (sql: Transaction) => Promise<T>): Promise<T> {
  const { done } = await app.begin(async (sql) => ({ done: await work(sql as Transaction) }));
  return done;
}

/** What follows in the transaction sees and writes the rows of this tenant. */
export async function enterTenant(sql: Transaction, tenantId: string): Promise<void> {
  await sql`select set_config('app.tenant', ${tenantId}, true)`;
}
