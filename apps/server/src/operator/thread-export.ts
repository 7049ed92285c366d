import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import type { OperatorCommand, Output } from "./command.ts";
import { findThread } from "./find-threads.ts";
import { Refusal } from "./refusal.ts";
import { type ThreadFileHeader, ThreadFileWriter } from "./thread-file.ts";

/** Events may be large; a page of them is held in memory. */
const pageEvents = 50;

export const threadExport: OperatorCommand = {
  name: "thread export",
  usage: "ID [--output FILE]",
  summary: "writes a thread's whole log to standard output or a file, for `thread import` here or elsewhere",
  options: { output: { type: "string" } },
  words: 1,
  run: async ({ words, options, database, output }) => {
    const { tenantId, threadId } = await findThread(database.owner, words[0]);
    const line = { action: "thread.exported", threadId, details: { format: "log" } } as const;
    await database.withTenant(tenantId, (sql) => record(sql, byOperator, line));
    // One snapshot: what is appended meanwhile is not part of the export.
    const exportTo = (sink: Pick<Output, "write">) =>
      database.owner.begin("isolation level repeatable read read only", (sql) =>
        exportThread(sql, tenantId, threadId, sink),
      );
    if (typeof options.output !== "string") {
      await exportTo(output);
      return 0;
    }
    const events = await intoNewFile(options.output, exportTo);
    output.say(`${events} events of thread ${threadId} are in ${options.output}.`);
    return 0;
  },
};

async function exportThread(sql: Transaction, tenantId: string, threadId: string, output: Pick<Output, "write">) {
  const writer = new ThreadFileWriter();
  const [thread] = await sql<ThreadFileHeader[]>`
    select id, name, preview, extract(epoch from created_at)::float8 * 1000 as "createdAtMs", source,
      thread_source as "threadSource", originator
    from threads where tenant_id = ${tenantId} and id = ${threadId}`;
  if (thread === undefined) throw new Refusal(`the thread ${threadId} was deleted`);
  await output.write(writer.header(thread));
  let [afterSeq, count] = [0n, 0];
  for (;;) {
    const rows = await sql<{ seq: bigint; type: string; version: number; at: number; payload: string }[]>`
      select seq, type, version, (extract(epoch from at) * 1000)::float8 as at, payload::text as payload from whole_events
      where tenant_id = ${tenantId} and thread_id = ${threadId} and seq > ${afterSeq} order by seq limit ${pageEvents}`;
    for (const { seq, payload, ...event } of rows) {
      await output.write(writer.event({ seq: Number(seq), ...event }, payload));
    }
    count += rows.length;
    const last = rows.at(-1);
    if (last === undefined) break;
    afterSeq = last.seq;
  }
  await output.write(writer.end());
  return count;
}

/** Nothing of the file is left when the work fails. */
async function intoNewFile<T>(path: string, work: (file: Pick<Output, "write">) => Promise<T>): Promise<T> {
  const stream = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await once(stream, "open").catch((error: Error) => {
    throw new Refusal(`${path} cannot be written: ${error.message}`);
  });
  const failed = new Promise<never>((_, reject) => stream.once("error", reject));
  failed.catch(() => {});
  const written = (data: string) => new Promise<void>((resolve) => stream.write(data, () => resolve()));
  try {
    const done = await work({ write: (data) => Promise.race([written(data), failed]) });
    await Promise.race([new Promise<void>((resolve) => stream.end(() => resolve())), failed]);
    return done;
  } catch (error) {
    stream.destroy();
    await rm(path, { force: true });
    throw error;
  }
}
