/** Keeps what workspaces take of the disk: after they were worked in, and when somebody asks. */
import { askTree } from "@skein/executor/tree/ask-tree";
import type { Sql } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { MaintenanceJob } from "../maintenance/maintenance.ts";
import type { Runners } from "./runners.ts";
import { openWorkEnvironment } from "./work-environment.ts";
import { keepDiskUse } from "./workspace-records.ts";
import type { Workspaces } from "./workspaces.ts";

export interface MeasurementPorts {
  readonly withTenant: WithTenant;
  readonly log: Sql;
  readonly runners: Runners;
  readonly workspaces: Pick<Workspaces, "homeOf">;
}

const everyMs = 60_000;
const pauseSeconds = 300;
/** One after the other, so that a machine with many workspaces does nothing else. */
const perStep = 5;
const patienceMs = 60_000;

export class Measurements {
  readonly #ports: MeasurementPorts;

  constructor(ports: MeasurementPorts) {
    this.#ports = ports;
  }

  /** In the workspace's sandbox. Rejects when that, or its runner, cannot. */
  async measure(tenantId: string, id: string): Promise<void> {
    const { withTenant, runners, workspaces } = this.#ports;
    const home = await workspaces.homeOf(tenantId, id);
    if (home === null) return;
    const signal = AbortSignal.timeout(patienceMs);
    const { environment, close } = await openWorkEnvironment(runners.find(home.runner), home.workspace, signal);
    try {
      const use = await askTree(environment, { type: "measure", root: environment.info.root }, { signal });
      await withTenant(tenantId, (sql) => keepDiskUse(sql, id, use));
    } finally {
      await close();
    }
  }

  job(): MaintenanceJob {
    const { log, runners } = this.#ports;
    return {
      name: "measure workspaces",
      everyMs,
      run: async () => {
        const rows = await log<{ tenant_id: string; id: string }[]>`
          select tenant_id, id from find_workspaces_to_measure(${`{${runners.names.join(",")}}`}::text[], ${pauseSeconds}, ${perStep})`;
        // One that cannot be measured now, because its runner is away, must not keep the others.
        for (const { tenant_id, id } of rows) await this.measure(tenant_id, id).catch(() => {});
        return false;
      },
    };
  }
}
