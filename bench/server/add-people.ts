import { createHash, randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import { openPool } from "../../apps/server/src/database/pools.ts";
import type { RunningServer } from "./server.ts";
import { databaseOf } from "./skein-database.ts";

export interface People {
  /** Gives the tenant's id. */
  addTenant(): Promise<string>;
  /** Gives an access token of theirs that carries everything. */
  addMember(tenantId: string, role: "owner" | "member"): Promise<string>;
  tenantOf(threadId: string): Promise<string>;
}

/** Puts people into the server's database, as if they had signed up. */
export async function withPeople<T>(server: RunningServer, work: (people: People) => Promise<T>): Promise<T> {
  const sql = openPool(await databaseOf(server), "skein_owner", { maxConnections: 1, silenceMs: null });
  try {
    return await work(peopleIn(sql));
  } finally {
    await sql.end();
  }
}

function peopleIn(sql: postgres.Sql): People {
  return {
    addTenant: async () => {
      const tenantId = randomUUID();
      await sql`insert into tenants (id, name) values (${tenantId}, 'another team')`;
      return tenantId;
    },
    addMember: async (tenantId, role) => {
      const [userId, secret] = [randomUUID(), `skein_pat_${randomBytes(32).toString("base64url")}`];
      await sql`insert into users (id, name) values (${userId}, 'somebody')`;
      await sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, ${role})`;
      await sql`insert into access_tokens (tenant_id, id, user_id, token_hash, name, prefix, scopes)
        values (${tenantId}, ${randomUUID()}, ${userId}, ${createHash("sha256").update(secret).digest()}, 'bench', 'bench',
          ${"{read,prompt,approve,manage}"}::text[])`;
      return secret;
    },
    tenantOf: async (threadId) => {
      const [row] = await sql`select tenant_id from threads where id = ${threadId}`;
      return String(row?.tenant_id);
    },
  };
}
