/** People in tenants, put there past the doors, and the connections that they open. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Right, Role } from "@skein/protocol/right";
import { WebSocket } from "ws";
import { createAccessToken } from "../../identity/access-tokens.ts";
import { helloOf, type JoinOptions } from "../../testing/server-test.ts";
import type { TestServer } from "../../testing/start-test-server.ts";
import { TestClient } from "../../testing/test-client.ts";

export interface Person {
  readonly tenantId: string;
  readonly userId: string;
  /** An access token of theirs. */
  readonly secret: string;
}

export async function addTenant({ database }: TestServer): Promise<string> {
  const tenantId = randomUUID();
  await database.administer((sql) => sql`insert into tenants (id, name) values (${tenantId}, 'another team')`);
  return tenantId;
}

/** `scopes`: what the token carries; everything when absent. */
export async function addPerson(
  { database }: TestServer,
  tenantId: string,
  role: Role,
  scopes?: readonly Right[],
): Promise<Person> {
  const userId = randomUUID();
  await database.administer((sql) =>
    sql.begin(async (admin) => {
      await admin`insert into users (id, name) values (${userId}, ${`a ${role}`})`;
      await admin`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, ${role})`;
    }),
  );
  return { tenantId, userId, secret: await addToken({ database }, { tenantId, userId }, scopes) };
}

export async function addToken(
  { database }: Pick<TestServer, "database">,
  holder: Pick<Person, "tenantId" | "userId">,
  scopes?: readonly Right[],
): Promise<string> {
  const terms = { name: "for a test", ...(scopes === undefined ? {} : { scopes }) };
  return (await createAccessToken(database.withTenant, holder, terms)).secret;
}

/** A socket that has said hello. */
export async function connectAs({ app }: TestServer, secret: string, options: JoinOptions = {}): Promise<TestClient> {
  const url = app.address.url.replace(/^http/, "ws");
  const client = new TestClient(new WebSocket(url, { headers: { authorization: `Bearer ${secret}` } }));
  await once(client.socket, "open");
  await client.request("initialize", helloOf(options));
  return client;
}
