/** What people call a workspace. Its name stays, because it is the path by which threads, commands and what they wrote know it. */
import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import { type Row, recordOf, type WorkspaceRecord } from "./workspace-records.ts";

const maxTitleChars = 100;

export type DecidedTitle =
  /** null: it is called by its name. */
  { readonly type: "title"; readonly title: string | null } | { readonly type: "refused"; readonly why: string };

export function decideTitle(name: string, asked: string | null): DecidedTitle {
  const title = asked?.normalize("NFC").trim() ?? "";
  if (title === "" || title === name) return { type: "title", title: null };
  if ([...title].length > maxTitleChars) return { type: "refused", why: `is longer than ${maxTitleChars} characters` };
  // Other halves of pairs no database takes, and nobody sees what turns the direction of the text around it.
  if (!title.isWellFormed() || /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(title)) {
    return { type: "refused", why: "holds characters that cannot be seen" };
  }
  return { type: "title", title };
}

/** null: there is no such workspace, or it was deleted. What it was called already changes nothing. */
export async function keepTitle(
  sql: Transaction,
  id: string,
  title: string | null,
  by: AuditBy,
): Promise<WorkspaceRecord | null> {
  const [before] = await sql<Row[]>`
    select * from workspaces where tenant_id = current_tenant() and id = ${id} and state <> 'deleted' for update`;
  if (before === undefined) return null;
  if (before.title === title) return recordOf(before);
  const [row] = await sql<[Row]>`
    update workspaces set title = ${title} where tenant_id = current_tenant() and id = ${id} returning *`;
  const { name } = before;
  await record(sql, by, {
    action: "workspace.renamed",
    subject: id,
    details: { name, title: title ?? name, titleBefore: before.title ?? name },
  });
  return recordOf(row);
}
