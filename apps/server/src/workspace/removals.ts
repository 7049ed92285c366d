/**
 * Takes the files of deleted and failed workspaces away, and finds those that were left: because their runner was away, or because the
 * node that made or removed them is gone. Every node sweeps for the runners that it reaches.
 */
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import type { Sql } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { MaintenanceJob } from "../maintenance/maintenance.ts";
import { findLeftovers, removeLeftover } from "./making-records.ts";
import type { Runners } from "./runners.ts";
import type { Workspaces } from "./workspaces.ts";

export interface RemovalPorts {
  readonly withTenant: WithTenant;
  /** Of the role that serves all tenants. */
  readonly log: Sql;
  readonly runners: Runners;
  readonly workspaces: Pick<Workspaces, "tenant">;
  report(problem: string, details: object): void;
}

const sweepEveryMs = 30_000;

export class Removals {
  readonly #ports: RemovalPorts;

  constructor(ports: RemovalPorts) {
    this.#ports = ports;
  }

  /** At once where that can be, else by a sweep. Never rejects. */
  async remove(tenantId: string, id: string): Promise<void> {
    const { withTenant, runners, workspaces, report } = this.#ports;
    try {
      const tenant = await workspaces.tenant(tenantId);
      await withTenant(tenantId, (sql) =>
        removeLeftover(sql, id, ({ runner, name }) => runners.find(runner).removeDirectory(tenant, name)),
      );
    } catch (err) {
      if (!(err instanceof RunnerAbsent)) report("the files of a workspace could not be removed", { err, id });
    }
  }

  sweepJob(): MaintenanceJob {
    return {
      name: "sweep workspaces",
      everyMs: sweepEveryMs,
      run: async () => {
        await this.sweep();
        return false;
      },
    };
  }

  async sweep(): Promise<void> {
    const { log, runners } = this.#ports;
    for (const { tenantId, id } of await findLeftovers(log, runners.names)) await this.remove(tenantId, id);
  }
}
