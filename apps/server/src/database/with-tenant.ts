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
