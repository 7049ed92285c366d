import type { TransactionSql } from "postgres";

interface Rights {
  readonly login: string;
  readonly database: string;
  readonly mayCreateRoles: boolean;
  readonly mayCreateTables: boolean;
  /** Roles that do not exist yet, and those whose member the login is not. */
  readonly missing: readonly string[];
  readonly unreachable: readonly string[];
}

/** Throws, with the SQL that an administrator runs, when the login can neither find nor make what the migrations need. */
// biome-ignore lint/suspicious/noExplicitAny: whatever types the pool has, the statement is the same
export async function assertRoles(sql: TransactionSql<any>): Promise<void> {
  const [rights] = await sql<[Rights]>`
    with needed(role) as (values ('skein_app'), ('skein_log')),
    existing as (select role from needed join pg_roles on rolname = role)
    select current_user::text as login, current_database()::text as database,
      (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as "mayCreateRoles",
      has_schema_privilege('public', 'create') as "mayCreateTables",
      array_to_json(array(select role from needed except select role from existing)) as missing,
      array_to_json(array(select role from existing where not pg_has_role(current_user, role, 'MEMBER'))) as unreachable`;
  const remedy = describeRemedy(rights);
  if (remedy !== null) throw new Error(remedy);
}

export function describeRemedy(rights: Rights): string | null {
  const { login, database, mayCreateRoles, mayCreateTables, missing, unreachable } = rights;
  const roles = mayCreateRoles ? [] : missing;
  const grants = mayCreateRoles ? [] : [...missing, ...unreachable];
  if (roles.length === 0 && grants.length === 0 && mayCreateTables) return null;
  const user = quote(login);
  return [
    `the login ${login} of DATABASE_URL may not do what Skein needs in the database ${database}. An administrator runs there:`,
    ...roles.map((role) => `  CREATE ROLE ${role} NOLOGIN NOBYPASSRLS;`),
    ...(grants.length === 0 ? [] : [`  GRANT ${grants.join(", ")} TO ${user};`]),
    ...(mayCreateTables ? [] : [`  GRANT USAGE, CREATE ON SCHEMA public TO ${user};`]),
  ].join("\n");
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
