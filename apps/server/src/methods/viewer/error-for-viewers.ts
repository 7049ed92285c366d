import type { ErrorObject } from "@skein/protocol/errors";
import { redactText } from "@skein/timeline/redact/redact-text";

/** What an error names beside its kind (paths, models, facts for programs) is the tenant's. */
export function errorForViewers({ code, message, data }: ErrorObject): ErrorObject {
  const { kind, retry } = (data ?? {}) as { readonly kind?: unknown; readonly retry?: unknown };
  return { code, message: redactText(message, { values: [], workspaces: [] }), data: { kind, retry } };
}
