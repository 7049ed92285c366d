/**
 * The cursor of `skein/replay`: where in which log a client stands. Clients treat it as opaque and hand it back unchanged;
 * only the server reads it.
 */

export interface Cursor {
  /** Random id of the database; another one means that a backup was restored. */
  readonly incarnation: string;
  /** Changes when a thread's log is no continuation of what clients saw. */
  readonly logEpoch: number;
  /** The last event that the client has applied; 0 is the beginning. */
  readonly seq: number;
}

export type ParsedCursor =
  | { readonly ok: true; readonly cursor: Cursor }
  | { readonly ok: false; readonly message: string };

const pattern = /^([A-Za-z0-9-]{1,64})\.(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})$/;
const maxShownLength = 80;

export function encodeCursor({ incarnation, logEpoch, seq }: Cursor): string {
  return `${incarnation}.${logEpoch}.${seq}`;
}

/** Reads a client's cursor. The failure's message has the words of the protocol, `invalid cursor: …`, and shows at most 80 characters of it. */
export function parseCursor(text: string): ParsedCursor {
  const match = pattern.exec(text);
  const [, incarnation, logEpoch, seq] = match ?? [];
  if (incarnation === undefined || !Number.isSafeInteger(Number(logEpoch)) || !Number.isSafeInteger(Number(seq))) {
    const shown = text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
    return { ok: false, message: `invalid cursor: ${shown}` };
  }
  return { ok: true, cursor: { incarnation, logEpoch: Number(logEpoch), seq: Number(seq) } };
}
