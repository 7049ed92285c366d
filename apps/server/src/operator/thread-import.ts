import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Sql, Transaction } from "../database/pools.ts";
import { importThread } from "../thread/import-thread.ts";
import { type OperatorCommand, parseId, Refusal } from "./command.ts";
import { type ThreadFileEvent, ThreadFileReader } from "./thread-file.ts";

export const threadImport: OperatorCommand = {
  name: "thread import",
  usage: "FILE [--tenant ID] [--workspace ID] [--keep-id]",
  summary:
    "makes a thread of an exported one, in the tenant of the local user unless told otherwise; under its old id only with --keep-id",
  options: { tenant: { type: "string" }, workspace: { type: "string" }, "keep-id": { type: "boolean" } },
  words: 1,
  run: async ({ words, options, database, output }) => {
    const tenantId = await findTenant(database.owner, options.tenant);
    const workspaceId = options.workspace === undefined ? null : parseId("the workspace's id", options.workspace);
    const lines = createInterface({ input: createReadStream(words[0] ?? ""), crlfDelay: Infinity });
    const reader = new ThreadFileReader();
    const iterator = lines[Symbol.asyncIterator]();
    const first = await iterator.next();
    const header = reader.header(first.done === true ? "" : first.value);
    const imported = await database.withTenant(tenantId, async (sql) => {
      const workspace = workspaceId === null ? null : await findWorkspace(sql, workspaceId);
      const keptId = options["keep-id"] === true ? await refuseTaken(sql, header.id) : null;
      const done = await importThread(sql, { ...header, id: keptId, workspace }, eventsOf(reader, iterator));
      // Whatever was written is undone when the file turns out to be cut off or changed.
      reader.finish();
      return done;
    });
    output.say(`Thread ${imported.threadId} has the ${imported.events} events of ${header.id}.`);
    return 0;
  },
};

async function* eventsOf(reader: ThreadFileReader, lines: AsyncIterator<string>): AsyncGenerator<ThreadFileEvent> {
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const event = reader.event(line.value);
    if (event !== null) yield event;
  }
}

async function findTenant(sql: Sql, named: string | boolean | undefined): Promise<string> {
  if (named === undefined) {
    const [local] = await sql<{ id: string }[]>`select id from tenants where local`;
    if (local === undefined) throw new Refusal("there is no local tenant; name one with --tenant");
    return local.id;
  }
  const id = parseId("the tenant's id", named);
  const [found] = await sql<{ id: string }[]>`select id from tenants where id = ${id}`;
  if (found === undefined) throw new Refusal(`there is no tenant ${id}`);
  return id;
}

async function findWorkspace(sql: Transaction, id: string): Promise<{ id: string; hostPath: string }> {
  const [row] = await sql<{ host_path: string }[]>`
    select host_path from workspaces where tenant_id = current_tenant() and id = ${id}`;
  if (row === undefined) throw new Refusal(`the tenant has no workspace ${id}`);
  return { id, hostPath: row.host_path };
}

async function refuseTaken(sql: Transaction, id: string): Promise<string> {
  const [taken] = await sql`select from threads where id = ${id}`;
  if (taken !== undefined)
    throw new Refusal(`a thread ${id} is there already; without --keep-id the import gets an id of its own`);
  return id;
}
