/** What the server answers outside the WebSocket: signing in, and looking after one's own account. */

export interface Failure {
  /** Stable; `unreachable` when there was no answer, `unknown` when it was none of ours. */
  readonly error: string;
  /** Of the form, as the server names it. */
  readonly field: string | null;
  readonly message: string | null;
  readonly retryAfterSeconds: number | null;
  /** Names of those that stand in the way. */
  readonly tenants?: readonly string[];
}

export type Reply<T> = { readonly ok: true; readonly body: T } | { readonly ok: false; readonly failure: Failure };

export function readAccountApi<T>(path: string): Promise<Reply<T>> {
  return ask(path, { headers: { accept: "application/json" } });
}

export function postAccountApi<T>(path: string, body: object): Promise<Reply<T>> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask<T>(path: string, init: RequestInit): Promise<Reply<T>> {
  const nothing = { field: null, message: null, retryAfterSeconds: null };
  const response = await fetch(path, init).catch(() => null);
  if (response === null) return { ok: false, failure: { error: "unreachable", ...nothing } };
  const body = await response.json().catch(() => null);
  const isAnswer = body !== null || response.status === 204;
  if (response.ok && isAnswer) return { ok: true, body: body as T };
  return { ok: false, failure: { error: "unknown", ...nothing, ...(body as Partial<Failure> | null) } };
}
