/**
 * Secrets that tenants and their people have given the server to use for them: keys of model providers, credentials for Git. A secret
 * leaves here only into what uses it; everybody else gets its last four characters.
 */
import { uuidv7 } from "uuidv7";
import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { ensureDataKey, openDataKey } from "./data-keys.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { seal, unseal } from "./seal.ts";

export type SecretPurpose = "model" | "git";

/** Whose it is: one member's, or the tenant's. */
export type SecretScope = { readonly type: "user"; readonly userId: string } | { readonly type: "tenant" };

export interface StoredSecret {
  readonly id: string;
  readonly purpose: SecretPurpose;
  readonly scope: SecretScope;
  readonly name: string;
  readonly baseUrl: string | null;
  /** null: all. */
  readonly models: readonly string[] | null;
  /** Who signs in with it; null where that takes no name. */
  readonly username: string | null;
  readonly lastFour: string;
  readonly updatedAtMs: number;
}

export interface SecretTerms {
  readonly name: string;
  /** null: the one that is there stays. */
  readonly secret: string | null;
  readonly baseUrl: string | null;
  readonly models: readonly string[] | null;
  readonly username?: string;
}

interface Row {
  readonly id: string;
  readonly purpose: SecretPurpose;
  readonly user_id: string | null;
  readonly name: string;
  readonly base_url: string | null;
  readonly models: readonly string[] | null;
  readonly username: string | null;
  readonly last_four: string;
  readonly updated_at: Date;
}

const shortestWithTail = 12;

export class StoredSecrets {
  readonly #withTenant: WithTenant;
  readonly #wrapper: KeyWrapper;

  constructor(withTenant: WithTenant, wrapper: KeyWrapper) {
    this.#withTenant = withTenant;
    this.#wrapper = wrapper;
  }

  /** The tenant's, and this member's, of one purpose. */
  list(tenantId: string, userId: string, purpose: SecretPurpose): Promise<readonly StoredSecret[]> {
    return this.#withTenant(tenantId, async (sql) => {
      const rows = await sql<Row[]>`select ${columns(sql)} from stored_secrets
        where tenant_id = current_tenant() and purpose = ${purpose} and (user_id is null or user_id = ${userId})
        order by user_id nulls last, name, id`;
      return rows.map(secretOf);
    });
  }

  /**
   * Of model credentials each scope has one. `secretNeeded`: there is none yet, or it would be sent to another place than the one for which
   * it was given, which would give it away to whoever changes the place.
   */
  putModel(
    tenantId: string,
    scope: SecretScope,
    terms: SecretTerms,
    by: AuditBy,
  ): Promise<StoredSecret | "secretNeeded"> {
    return this.#withTenant(tenantId, async (sql) => {
      const [known] = await sql<{ id: string; base_url: string | null }[]>`select id, base_url from stored_secrets
        where tenant_id = current_tenant() and purpose = 'model' and ${isOf(sql, scope)} for update`;
      const goesElsewhere = known === undefined || originOf(known.base_url) !== originOf(terms.baseUrl);
      if (goesElsewhere && terms.secret === null) return "secretNeeded";
      const id = known?.id ?? uuidv7();
      if (known === undefined) await this.#insert(sql, tenantId, id, "model", scope, terms);
      else await this.#update(sql, tenantId, id, "model", terms);
      const details = { purpose: "model", scope: scope.type, name: terms.name, host: hostOf(terms.baseUrl) };
      const action = known === undefined ? "credential.created" : "credential.changed";
      await record(sql, by, { action, subject: id, details });
      return (await this.#find(sql, id)) ?? "secretNeeded";
    });
  }

  /** Another of its purpose. */
  add(
    tenantId: string,
    purpose: SecretPurpose,
    scope: SecretScope,
    terms: SecretTerms & { readonly secret: string },
    by: AuditBy,
  ): Promise<StoredSecret> {
    return this.#withTenant(tenantId, async (sql) => {
      const id = uuidv7();
      await this.#insert(sql, tenantId, id, purpose, scope, terms);
      const details = { purpose, scope: scope.type, name: terms.name, host: hostOf(terms.baseUrl) };
      await record(sql, by, { action: "credential.created", subject: id, details });
      const made = await this.#find(sql, id);
      if (made === null) throw new Error("the credential could not be kept");
      return made;
    });
  }

  /** False: the scope has no such secret. */
  delete(tenantId: string, scope: SecretScope, id: string, by: AuditBy): Promise<boolean> {
    return this.#withTenant(tenantId, async (sql) => {
      const [gone] = await sql<{ name: string; purpose: SecretPurpose }[]>`delete from stored_secrets
        where tenant_id = current_tenant() and id::text = ${id} and ${isOf(sql, scope)} returning name, purpose`;
      if (gone === undefined) return false;
      const details = { purpose: gone.purpose, scope: scope.type, name: gone.name };
      await record(sql, by, { action: "credential.deleted", subject: id, details });
      return true;
    });
  }

  /**
   * For what uses it, and only there: the secret itself. `find` chooses among those of the purpose that are the tenant's or the member's.
   * null: it chose none.
   */
  open(
    tenantId: string,
    userId: string | null,
    purpose: SecretPurpose,
    find: (secrets: readonly StoredSecret[]) => StoredSecret | undefined,
  ): Promise<{ readonly stored: StoredSecret; readonly secret: string } | null> {
    return this.#withTenant(tenantId, async (sql) => {
      const rows = await sql<(Row & { sealed: Uint8Array })[]>`select ${columns(sql)}, sealed from stored_secrets
        where tenant_id = current_tenant() and purpose = ${purpose} and (user_id is null or user_id = ${userId})`;
      const stored = find(rows.map(secretOf));
      const row = rows.find(({ id }) => id === stored?.id);
      const key = row === undefined ? null : await openDataKey(sql, this.#wrapper, tenantId);
      if (stored === undefined || row === undefined || key === null) return null;
      return { stored, secret: unseal(key, Buffer.from(row.sealed), placeOf(tenantId, row.id, purpose)).toString() };
    });
  }

  /** Every secret of the tenant and its people, to be taken out of what others are shown. */
  knownSecrets(tenantId: string): Promise<readonly string[]> {
    return this.#withTenant(tenantId, async (sql) => {
      const rows = await sql<{ id: string; purpose: SecretPurpose; sealed: Uint8Array }[]>`
        select id, purpose, sealed from stored_secrets where tenant_id = current_tenant()`;
      const key = rows.length === 0 ? null : await openDataKey(sql, this.#wrapper, tenantId);
      if (key === null) return [];
      return rows.map(({ id, purpose, sealed }) =>
        unseal(key, Buffer.from(sealed), placeOf(tenantId, id, purpose)).toString(),
      );
    });
  }

  async #insert(
    sql: Transaction,
    tenantId: string,
    id: string,
    purpose: SecretPurpose,
    scope: SecretScope,
    { name, secret, baseUrl, models, username }: SecretTerms,
  ): Promise<void> {
    const key = await ensureDataKey(sql, this.#wrapper, tenantId);
    const sealed = seal(key, Buffer.from(secret ?? ""), placeOf(tenantId, id, purpose));
    const userId = scope.type === "user" ? scope.userId : null;
    await sql`insert into stored_secrets (tenant_id, id, purpose, user_id, name, base_url, models, username, sealed, last_four)
      values (current_tenant(), ${id}, ${purpose}, ${userId}, ${name}, ${baseUrl}, ${listOf(sql, models)}, ${username ?? null}, ${sealed},
        ${lastFourOf(secret ?? "")})`;
  }

  async #update(
    sql: Transaction,
    tenantId: string,
    id: string,
    purpose: SecretPurpose,
    { name, secret, baseUrl, models }: SecretTerms,
  ): Promise<void> {
    await sql`update stored_secrets set name = ${name}, base_url = ${baseUrl}, models = ${listOf(sql, models)},
        updated_at = clock_timestamp()
      where tenant_id = current_tenant() and id = ${id}`;
    if (secret === null) return;
    const key = await ensureDataKey(sql, this.#wrapper, tenantId);
    const sealed = seal(key, Buffer.from(secret), placeOf(tenantId, id, purpose));
    await sql`update stored_secrets set sealed = ${sealed}, last_four = ${lastFourOf(secret)}
      where tenant_id = current_tenant() and id = ${id}`;
  }

  async #find(sql: Transaction, id: string): Promise<StoredSecret | null> {
    const [row] = await sql<Row[]>`select ${columns(sql)} from stored_secrets
      where tenant_id = current_tenant() and id = ${id}`;
    return row === undefined ? null : secretOf(row);
  }
}

function columns(sql: Transaction) {
  return sql`id, purpose, user_id, name, base_url, array_to_json(models) as models, username, last_four, updated_at`;
}

function isOf(sql: Transaction, scope: SecretScope) {
  return scope.type === "user" ? sql`user_id = ${scope.userId}` : sql`user_id is null`;
}

function listOf(sql: Transaction, models: readonly string[] | null) {
  if (models === null) return sql`null`;
  return sql`array(select json_array_elements_text(${JSON.stringify(models)}::text::json))`;
}

function placeOf(tenantId: string, id: string, purpose: SecretPurpose): readonly string[] {
  return ["stored secret", tenantId, id, purpose];
}

/** Of a short secret four characters would be too much of it. */
function lastFourOf(secret: string): string {
  return secret.length < shortestWithTail ? "" : secret.slice(-4);
}

function originOf(baseUrl: string | null): string | null {
  return baseUrl === null ? null : new URL(baseUrl).origin;
}

function hostOf(baseUrl: string | null): string | null {
  return baseUrl === null ? null : new URL(baseUrl).host;
}

function secretOf(row: Row): StoredSecret {
  const { id, purpose, user_id: userId, name, base_url: baseUrl, models, username, last_four, updated_at } = row;
  const scope: SecretScope = userId === null ? { type: "tenant" } : { type: "user", userId };
  return {
    ...{ id, purpose, scope, name, baseUrl, models, username },
    lastFour: last_four,
    updatedAtMs: updated_at.getTime(),
  };
}
