export interface TextPiece {
  readonly text: string;
  /** Where the piece links to; only ever http or https. */
  readonly href: string | null;
}

const address = /https?:\/\/[^\s<>"'`\\^{|}]+/g;

/** Finds web addresses in a command's output. Punctuation that closes a sentence or a bracket is not part of one. */
export function splitLinks(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    const found = trimEnd(match[0]);
    if (!URL.canParse(found)) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), href: null });
    pieces.push({ text: found, href: found });
    at = match.index + found.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), href: null });
  return pieces;
}

function trimEnd(found: string): string {
  const trimmed = found.replace(/[.,;:!?]+$/, "");
  return trimmed.endsWith(")") && !trimmed.includes("(") ? trimmed.slice(0, -1) : trimmed;
}
