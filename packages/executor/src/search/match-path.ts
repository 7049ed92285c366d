/**
 * How well words fit a path: every word has to be found in it, its letters in order, with others between them. Pure, and without regard to case.
 * Letters that stand together, or begin a part of a name, count more; what fits the last name of the path stands before what does not.
 */
export interface PathMatch {
  readonly score: number;
  /** Of the letters that were found, in UTF-16 code units of the path, rising. */
  readonly indices: readonly number[];
}

const letter = 16;
const together = 12;
const atBegin = 10;
const gap = 2;
const maxGapLoss = 20;
/** Above what any word in a path can score. */
const lastName = 65_536;

/** null: it does not fit. A query of no words fits nothing. */
export function matchPath(path: string, query: string): PathMatch | null {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return null;
  const text = path.toLowerCase();
  // Where lower case is of another length, places in it are none in the path.
  const lower = text.length === path.length ? text : path;
  const begin = path.lastIndexOf("/") + 1;
  const inName = matchWords(path, lower, words, begin);
  if (inName === null) return matchWords(path, lower, words, 0);
  const isWhole = words.length === 1 && lower.slice(begin) === words[0];
  return { ...inName, score: inName.score + lastName * (isWhole ? 2 : 1) };
}

function matchWords(path: string, lower: string, words: readonly string[], from: number): PathMatch | null {
  const indices = new Set<number>();
  let score = 0;
  for (const word of words) {
    const found = matchWord(path, lower, word, from);
    if (found === null) return null;
    score += found.score;
    for (const index of found.indices) indices.add(index);
  }
  return { score, indices: [...indices].sort((one, other) => one - other) };
}

/** The place that ends first, and from its end back the shortest. A place where all of the word stands together is better than both. */
function matchWord(path: string, lower: string, word: string, from: number): PathMatch | null {
  const whole = lower.indexOf(word, from);
  if (whole >= 0)
    return rate(
      path,
      Array.from({ length: word.length }, (_, index) => whole + index),
    );
  let end = from;
  for (const letterOfWord of word) {
    const at = lower.indexOf(letterOfWord, end);
    if (at < 0) return null;
    end = at + letterOfWord.length;
  }
  const indices: number[] = [];
  for (let index = word.length - 1, at = end - 1; index >= 0; index--, at--) {
    at = lower.lastIndexOf(word.charAt(index), at);
    indices.unshift(at);
  }
  return rate(path, indices);
}

function rate(path: string, indices: readonly number[]): PathMatch {
  let score = 0;
  for (const [index, at] of indices.entries()) {
    const before = indices[index - 1];
    score += letter;
    if (before === at - 1) score += together;
    else if (before !== undefined) score -= Math.min(maxGapLoss, gap * (at - before - 1));
    if (beginsPart(path, at)) score += atBegin;
  }
  return { score: Math.max(1, score), indices };
}

function beginsPart(path: string, at: number): boolean {
  if (at === 0) return true;
  const [before, letterThere] = [path.charAt(at - 1), path.charAt(at)];
  return /[/\\._\- ]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(letterThere));
}
