import type { WithTenant } from "../database/with-tenant.ts";
import { type AuditFilter, type AuditPlace, readLines } from "./read-lines.ts";
import { type ExportFormat, exportWriters } from "./write-export.ts";

const linesPerPage = 1_000;

/** The file in parts, as fast as they are taken: whoever reads slowly holds neither a connection to the database nor memory. */
export async function* streamExport(
  withTenant: WithTenant,
  tenantId: string,
  filter: AuditFilter,
  format: ExportFormat,
): AsyncGenerator<string> {
  const writer = exportWriters[format];
  if (writer.head !== "") yield writer.head;
  for (let from: AuditPlace | null = null; ; ) {
    const page = await withTenant(tenantId, (sql) => readLines(sql, filter, from, linesPerPage));
    if (page.length > 0) yield page.map((line) => writer.line(line)).join("");
    if (page.length < linesPerPage) return;
    from = page.at(-1)?.place ?? null;
  }
}
