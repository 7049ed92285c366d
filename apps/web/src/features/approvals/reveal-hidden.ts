export interface TextSegment {
  readonly text: string;
  /** Set for a character that would not show, or would change how others show: its name, such as "U+202E". */
  readonly hidden: string | null;
}

/**
 * Characters by which a command can look like another one: controls, invisible and zero-width characters, direction
 * overrides, unusual spaces, variation selectors and tags. Line ends and plain spaces stay as they are.
 */
const hiddenCharacters =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is meant as a character of its own
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu;

const names: Readonly<Record<string, string>> = {
  "\t": "tab",
  "\r": "carriage return",
  "\x1b": "escape",
  "\x00": "null",
  "\x08": "backspace",
  "\u00a0": "no-break space",
  "\u200b": "zero-width space",
  "\u200d": "zero-width joiner",
  "\u202e": "right-to-left override",
};

/** Cuts a text into what can be read as it is and what has to be spelt out. */
export function revealHidden(text: string): TextSegment[] {
  const segments: TextSegment[] = [];
  let at = 0;
  for (const match of text.matchAll(hiddenCharacters)) {
    if (match[0] === "\n") continue;
    if (match.index > at) segments.push({ text: text.slice(at, match.index), hidden: null });
    segments.push({ text: match[0], hidden: nameOf(match[0]) });
    at = match.index + match[0].length;
  }
  if (at < text.length) segments.push({ text: text.slice(at), hidden: null });
  return segments;
}

function nameOf(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return names[character] ?? `U+${code}`;
}
