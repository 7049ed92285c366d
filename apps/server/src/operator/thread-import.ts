import { UnknownEventVersion, upcast } from "@skein/timeline/upcast";
import { createLogVerifier } from "@skein/timeline/verify/verify-log";
import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import { findDatabaseFailure } from "../database/database-failure.ts";
import type { Sql, Transaction } from "../database/pools.ts";
import { importThread } from "../thread/import-thread.ts";
import { readWorkspace } from "../workspace/workspace-records.ts";
import { workspaceOf } from "../workspace/workspaces.ts";
import { type OperatorCommand, parseId } from "./command.ts";
import { readLines } from "./read-lines.ts";
import { Refusal } from "./refusal.ts";
import { type ThreadFileEvent, ThreadFileReader } from "./thread-file.ts";

/** Far more than any event has that a client or a model can cause. */
const maxLineBytes = 256 * 1024 * 1024;

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
    const lines = readLines(words[0] ?? "", maxLineBytes);
    const reader = new ThreadFileReader();
    const first = await lines.next();
    const header = reader.header(first.done === true ? "" : first.value);
    const imported = await database
      .withTenant(tenantId, async (sql) => {
        const workspace = workspaceId === null ? null : await findWorkspace(sql, workspaceId);
        const keptId = options["keep-id"] === true ? await refuseTaken(sql, header.id) : null;
        const done = await importThread(sql, { ...header, id: keptId, workspace }, eventsOf(reader, lines));
        // Whatever was written is undone when the file turns out to be cut off or changed.
        reader.finish();
        const details = { command: "thread import", rows: done.events };
        await record(sql, byOperator, { action: "operator.command", threadId: done.threadId, details });
        return done;
      })
      .catch(refuseContent);
    output.say(`Thread ${imported.threadId} has the ${imported.events} events of ${header.id}.`);
    return 0;
  },
};

/** The hash tells of accidents only: what a file says is checked as the log of a thread is. */
async function* eventsOf(reader: ThreadFileReader, lines: AsyncIterator<string>): AsyncGenerator<ThreadFileEvent> {
  const verifier = createLogVerifier();
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const event = reader.event(line.value);
    if (event === null) continue;
    const [wrong] = verifier.add(upcast(event));
    if (wrong !== undefined) throw new Refusal(`event ${wrong.seq} (${wrong.type}) is not in order: ${wrong.problem}`);
    yield event;
  }
}

function refuseContent(error: unknown): never {
  if (error instanceof UnknownEventVersion) throw new Refusal(error.message);
  if (findDatabaseFailure(error)?.type === "data") {
    throw new Refusal(`the database refuses what the file says: ${(error as Error).message}`);
  }
  throw error;
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

async function findWorkspace(sql: Transaction, id: string): Promise<{ id: string; root: string }> {
  const record = await readWorkspace(sql, id);
  if (record === null) throw new Refusal(`the tenant has no workspace ${id}`);
  return { id, root: workspaceOf(record).root };
}

async function refuseTaken(sql: Transaction, id: string): Promise<string> {
  const [taken] = await sql`select from threads where id = ${id}`;
  if (taken !== undefined)
    throw new Refusal(`a thread ${id} is there already; without --keep-id the import gets an id of its own`);
  return id;
}
