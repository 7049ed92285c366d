import { realpath, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { keepRunnerName } from "@skein/executor/host/runner-name";
import { closeTenant, countTenantRows, deleteTenant, type TenantRows } from "../identity/delete-tenant.ts";
import { type OperatorCommand, type OperatorRequest, parseId } from "./command.ts";
import { Refusal } from "./refusal.ts";
import { refuseBesideServers } from "./running-servers.ts";

export const tenantDelete: OperatorCommand = {
  name: "tenant delete",
  usage: "ID --yes",
  summary:
    "deletes everything of a tenant: rows, workspaces that Skein made, people who belong nowhere else; without --yes, says what",
  options: { yes: { type: "boolean" } },
  words: 1,
  run: async (request) => {
    const { owner } = request.database;
    const tenantId = parseId("the tenant's id", request.words[0]);
    const [tenant] = await owner<
      { name: string; local: boolean }[]
    >`select name, local from tenants where id = ${tenantId}`;
    const rows = await countTenantRows(owner, tenantId);
    if (tenant === undefined && rows.size === 0) throw new Refusal(`there is no tenant ${tenantId}`);
    if (tenant?.local === true) await refuseBesideServers(request.database);
    if (request.options.yes !== true) {
      throw new Refusal(
        `--yes is missing; it would delete ${describe(rows)} of the tenant ${JSON.stringify(tenant?.name)}`,
      );
    }
    await carryOut(request, tenantId, rows);
    return 0;
  },
};

/** Directories go before the rows that name them, so that a command that was interrupted finds them when it is given again. */
async function carryOut({ database, output }: OperatorRequest, tenantId: string, rows: TenantRows): Promise<void> {
  const { owner, dataDirectory } = database;
  const places = await owner<{ host_path: string; kind: string; runner: string }[]>`
    select host_path, kind, runner from workspaces where tenant_id = ${tenantId}`;
  const ownRunner = keepRunnerName(dataDirectory, null);
  const tenantDirectory = join(dataDirectory, "workspaces", tenantId);
  await closeTenant(owner, tenantId);
  for (const { host_path: path, kind, runner } of places) {
    const isOurs = kind === "created" && runner === ownRunner;
    const gone = isOurs && (await removeIn(tenantDirectory, path));
    output.say(gone ? `Removed ${path}.` : `Left ${path} as it is (${kind}, at the runner ${runner}).`);
  }
  // What is still in it is nobody's row, and stays for somebody to look at.
  await rmdir(tenantDirectory).catch(() => {});
  await deleteTenant(owner, tenantId);
  const left = await countTenantRows(owner, tenantId);
  if (left.size > 0) throw new Error(`the tenant ${tenantId} still has ${describe(left)}; run the command again`);
  output.say(`Deleted ${describe(rows)} of the tenant ${tenantId}; nothing is left.`);
}

/**
 * False: it lies elsewhere, whatever its row says. Only directly below the tenant's own directory, and not followed when it is a
 * link: what stands there was written by commands of the tenant.
 */
async function removeIn(tenantDirectory: string, path: string): Promise<boolean> {
  const [real, parent] = await Promise.all([
    realpath(tenantDirectory).catch(() => null),
    realpath(dirname(path)).catch(() => null),
  ]);
  if (real === null || parent !== real) return false;
  await rm(join(real, basename(path)), { recursive: true, force: true });
  return true;
}

function describe(rows: TenantRows): string {
  const parts = [...rows].map(([table, count]) => `${count} ${table}`);
  return parts.length === 0 ? "no rows" : parts.join(", ");
}
