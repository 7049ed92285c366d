/** Thread ids are UUIDs. Upstream also reads the urn form and the form without hyphens, so we do. */

export type ParsedThreadId =
  | { readonly ok: true; readonly threadId: string }
  | { readonly ok: false; readonly detail: string };

const hyphenated = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const simple = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** `threadId` in lower case with hyphens. `detail` follows the words `invalid thread id: `. */
export function parseThreadId(text: string): ParsedThreadId {
  const digits = text.toLowerCase().replace(/^urn:uuid:/, "");
  if (hyphenated.test(digits)) return { ok: true, threadId: digits };
  if (simple.test(digits)) return { ok: true, threadId: digits.replace(simple, "$1-$2-$3-$4-$5") };
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return { ok: false, detail: `invalid character or length: \`${shown}\` is no UUID` };
}
