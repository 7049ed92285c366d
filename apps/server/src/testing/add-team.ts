/** A tenant with people of every role in it, each with a token to come in by. */
import { randomUUID } from "node:crypto";
import type { TestDatabase } from "../database/testing.ts";
import { createAccessToken } from "../identity/access-tokens.ts";
import type { Role } from "../identity/principal.ts";

export interface Teammate {
  readonly userId: string;
  readonly name: string;
  /** A bearer token that carries everything the person may do. */
  readonly token: string;
}

/** By name, first an owner: a tenant that has none is in no state that it can come to. */
export async function addTeam<N extends string>(
  database: TestDatabase,
  roles: Readonly<Record<N, Role>>,
): Promise<Readonly<Record<N, Teammate>>> {
  const tenantId = randomUUID();
  const people = (Object.entries(roles) as [N, Role][]).map(([name, role]) => ({ name, role, userId: randomUUID() }));
  await database.administer((sql) =>
    sql.begin(async (owner) => {
      await owner`insert into tenants (id, name) values (${tenantId}, 'a team')`;
      for (const { name, role, userId } of people) {
        await owner`insert into users (id, name) values (${userId}, ${name})`;
        await owner`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, ${role})`;
      }
    }),
  );
  const entries = people.map(async ({ name, userId }): Promise<[N, Teammate]> => {
    const { secret } = await createAccessToken(database.withTenant, { tenantId, userId }, { name: "test" });
    return [name, { userId, name, token: secret }];
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<N, Teammate>;
}
