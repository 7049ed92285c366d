import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import { streamExport } from "../audit/stream-export.ts";
import { type OperatorCommand, parseId } from "./command.ts";
import { Refusal } from "./refusal.ts";

export const auditExport: OperatorCommand = {
  name: "audit export",
  usage: "TENANT [--format csv|jsonl]",
  summary: "writes the audit log of a tenant to standard output, newest first; JSON Lines unless told otherwise",
  options: { format: { type: "string" } },
  words: 1,
  run: async ({ words, options, database, output }) => {
    const tenantId = parseId("the tenant's id", words[0]);
    const { format = "jsonl" } = options;
    if (format !== "csv" && format !== "jsonl") throw new Refusal("--format must be csv or jsonl");
    const [tenant] = await database.owner`select from tenants where id = ${tenantId}`;
    if (tenant === undefined) throw new Refusal(`there is no tenant ${tenantId}`);
    await database.withTenant(tenantId, (sql) =>
      record(sql, byOperator, { action: "audit.exported", details: { format } }),
    );
    for await (const part of streamExport(database.withTenant, tenantId, {}, format)) await output.write(part);
    return 0;
  },
};
