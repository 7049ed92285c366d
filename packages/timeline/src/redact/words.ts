/**
 * Secrets that are recognised by their form have no white space in them, so a word is judged as a whole, and only once it
 * has ended. Punctuation of other scripts than Latin ends a word too: in some of them nothing else does.
 */
export interface Word {
  readonly start: number;
  readonly text: string;
}

const words = /[!-~\p{L}\p{M}\p{N}]+/gu;

export function wordsOf(text: string): readonly Word[] {
  const found: Word[] = [];
  words.lastIndex = 0;
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    found.push({ start: match.index, text: match[0] });
  }
  return found;
}
