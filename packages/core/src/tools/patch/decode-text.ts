export type DecodedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string };

/** Strict: what would not come back byte for byte is refused. A byte order mark stays part of the text. */
export function decodeText(bytes: Uint8Array): DecodedText {
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ok: false, error: describeInvalid(bytes) };
  }
}

/** Names the first offending place in the words of Rust's `Utf8Error`, which models know. */
function describeInvalid(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const { length, valid } = sequenceAt(bytes, at);
    if (!valid) {
      return length === null
        ? `incomplete utf-8 byte sequence from index ${at}`
        : `invalid utf-8 sequence of ${length} bytes from index ${at}`;
    }
    at += length;
  }
  return "invalid utf-8";
}

type Sequence =
  | { readonly valid: true; readonly length: number }
  /** `length`: how many bytes form the broken sequence; null when the text ends inside it. */
  | { readonly valid: false; readonly length: number | null };

function sequenceAt(bytes: Uint8Array, at: number): Sequence {
  const lead = bytes[at]!;
  if (lead < 0x80) return { valid: true, length: 1 };
  const total =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (total === 0) return { valid: false, length: 1 };
  for (let offset = 1; offset < total; offset++) {
    const byte = bytes[at + offset];
    if (byte === undefined) return { valid: false, length: null };
    const [low, high] = offset === 1 ? secondByteRange(lead) : [0x80, 0xbf];
    if (byte < low || byte > high) return { valid: false, length: offset };
  }
  return { valid: true, length: total };
}

/** Overlong forms, surrogates and what lies above U+10FFFF show in the second byte. */
function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
