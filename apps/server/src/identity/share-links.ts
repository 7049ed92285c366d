/** Links by which people who are no members see one thread. */
import type { ShareLevel } from "@skein/protocol/methods/share";
import { uuidv7 } from "uuidv7";
import type { Sql, Transaction } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Principal, Share } from "./principal.ts";
import { hashSecret, makeSecret } from "./secret.ts";

/** By this secret scanners recognise a link that somebody has published. */
export const shareTokenPrefix = "skein_share_";

export interface ShareTerms {
  readonly threadId: string;
  readonly title: string;
  readonly level: ShareLevel;
  readonly fromSeq: number;
  readonly frozenAtSeq: number | null;
  readonly expiresAtMs: number | null;
}

export interface ShareLink extends ShareTerms {
  readonly id: string;
  /** The name of who made it. */
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly opens: number;
}

interface Row {
  readonly id: string;
  readonly thread_id: string;
  readonly title: string;
  readonly level: ShareLevel;
  readonly from_seq: bigint;
  readonly frozen_at_seq: bigint | null;
  readonly created_by_name: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly opens: bigint;
}

/** `token`: the secret of the link. Only its hash is stored, so it is shown now or never. */
export async function createShareLink(
  sql: Transaction,
  { tenantId, userId }: Pick<Principal, "tenantId" | "userId">,
  { threadId, title, level, fromSeq, frozenAtSeq, expiresAtMs }: ShareTerms,
): Promise<{ readonly token: string; readonly link: ShareLink }> {
  const token = makeSecret(shareTokenPrefix);
  const id = uuidv7();
  await sql`
    insert into share_links (tenant_id, id, thread_id, token_hash, title, level, from_seq, frozen_at_seq, created_by, expires_at)
    values (${tenantId}, ${id}, ${threadId}, ${hashSecret(token)}, ${title}, ${level}, ${fromSeq}, ${frozenAtSeq}, ${userId},
      to_timestamp(${expiresAtMs}::double precision / 1000))`;
  const [row] = await sql<[Row]>`select ${columns(sql)} where l.id = ${id}`;
  return { token, link: linkOf(row) };
}

/** Those that lead somewhere, newest first. */
export function listShareLinks(
  withTenant: WithTenant,
  tenantId: string,
  threadId: string,
): Promise<readonly ShareLink[]> {
  return withTenant(tenantId, async (sql) => {
    const rows = await sql<Row[]>`
      select ${columns(sql)} where l.thread_id = ${threadId} and l.revoked_at is null
        and (l.expires_at is null or l.expires_at > clock_timestamp()) order by l.id desc`;
    return rows.map(linkOf);
  });
}

/** False: the thread has no such link, or it leads nowhere any more. */
export async function revokeShareLink(sql: Transaction, threadId: string, linkId: string): Promise<boolean> {
  const revoked = await sql`update share_links set revoked_at = clock_timestamp()
    where thread_id = ${threadId} and id::text = ${linkId} and revoked_at is null
      and (expires_at is null or expires_at > clock_timestamp())`;
  return revoked.count === 1;
}

/** Where a link leads. */
export interface SharedThread {
  readonly tenantId: string;
  readonly share: Share;
  readonly sharedBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
}

interface ResolvedRow extends Omit<Row, "id" | "opens" | "created_by_name"> {
  readonly tenant_id: string;
  readonly link_id: string;
  readonly shared_by: string | null;
}

/** null: the link was never made, was revoked or has expired, or its thread is gone. `opens`: its page is opened just now. */
export async function resolveShareLink(app: Sql, token: string, opens: boolean): Promise<SharedThread | null> {
  const [row] = await app<ResolvedRow[]>`select * from resolve_share_link(${hashSecret(token)}, ${opens})`;
  if (row === undefined) return null;
  return {
    tenantId: row.tenant_id,
    share: {
      ...{ linkId: row.link_id, threadId: row.thread_id, title: row.title, level: row.level },
      ...rangeOf(row),
    },
    sharedBy: row.shared_by ?? "",
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at?.getTime() ?? null,
  };
}

/** Of these links, by their ids, those that lead nowhere any more. */
export async function endedShareLinks(
  app: Sql,
  links: readonly { readonly tenantId: string; readonly linkId: string }[],
): Promise<readonly string[]> {
  const asked = links.map(({ tenantId, linkId }) => [tenantId, linkId]);
  const rows = await app<{ id: string }[]>`
    select id from ended_share_links(${JSON.stringify(asked)}::text::json) as id`;
  return rows.map(({ id }) => id);
}

function columns(sql: Transaction) {
  return sql`l.id, l.thread_id, l.title, l.level, l.from_seq, l.frozen_at_seq, l.created_at, l.expires_at, l.opens,
    u.name as created_by_name from share_links l left join users u on u.id = l.created_by`;
}

function linkOf(row: Row): ShareLink {
  return {
    ...{ id: row.id, threadId: row.thread_id, title: row.title, level: row.level, ...rangeOf(row) },
    expiresAtMs: row.expires_at?.getTime() ?? null,
    createdBy: row.created_by_name ?? "",
    createdAtMs: row.created_at.getTime(),
    opens: Number(row.opens),
  };
}

function rangeOf({ from_seq, frozen_at_seq }: Pick<Row, "from_seq" | "frozen_at_seq">) {
  return { fromSeq: Number(from_seq), frozenAtSeq: frozen_at_seq === null ? null : Number(frozen_at_seq) };
}
