/**
 * Text as a viewer sees it: a pure function of the text, in whatever pieces it came. Of a text that is still being
 * written only that part is shown which nothing that follows can change; the tail that a secret might still match is
 * withheld until it has ended. What was shown stays as it was, so pieces can be sent as they come.
 */
import { formsOf, type RedactionRules } from "./redaction-rules.ts";
import { secretsInWord } from "./secrets-in-word.ts";
import { hideSpans, joinOverlapping, type Span } from "./span.ts";
import { wordsOf } from "./words.ts";

/** A text that is still being written, as far as it has not been shown. */
export interface OpenText {
  /** The last word that was shown, or stands hidden: it may announce that a secret follows. */
  readonly before: string;
  readonly withheld: string;
}

export const nothingYet: OpenText = { before: "", withheld: "" };

/** A text that has ended. */
export function redactText(text: string, rules: RedactionRules): string {
  return hideSpans(text, findSpans(text, "", formsOf(rules), rules));
}

/** The next piece of an open text; `shown` follows what was shown before. */
export function redactPiece(
  open: OpenText,
  piece: string,
  rules: RedactionRules,
): { readonly shown: string; readonly open: OpenText } {
  const text = open.withheld + piece;
  const forms = formsOf(rules);
  const spans = findSpans(text, open.before, forms, rules);
  const end = settledEnd(text, spans, forms);
  const shown = hideSpans(
    text.slice(0, end),
    spans.filter((span) => span.end <= end),
  );
  const before = wordsOf(text.slice(0, end)).at(-1)?.text ?? open.before;
  return { shown, open: { before, withheld: text.slice(end) } };
}

const keyBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g;
const keyBlockBegin = "-----BEGIN";
const keyBlockEnd = /-----END [A-Z ]*PRIVATE KEY-----/;

function findSpans(text: string, before: string, forms: readonly string[], rules: RedactionRules): readonly Span[] {
  const spans: Span[] = forms.flatMap((form) => occurrences(text, form));
  for (const { index, 0: block } of text.matchAll(keyBlock)) {
    spans.push({ start: index, end: index + block.length, label: "[redacted]" });
  }
  let previous = before;
  for (const { start, text: word } of wordsOf(text)) {
    for (const span of secretsInWord(word, previous, rules.workspaces)) {
      spans.push({ ...span, start: start + span.start, end: start + span.end });
    }
    previous = word;
  }
  return joinOverlapping(spans);
}

/** Overlapping ones too. */
function occurrences(text: string, form: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    found.push({ start: at, end: at + form.length, label: "[redacted]" });
  }
  return found;
}

/** Up to here nothing that follows changes what is shown. */
function settledEnd(text: string, spans: readonly Span[], forms: readonly string[]): number {
  // Half a pair may become a letter of the word before it.
  const whole = /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
  const words = wordsOf(whole).map(({ start, text: word }) => ({ start, end: start + word.length }));
  const last = words.at(-1);
  let end = last?.end === whole.length ? last.start : whole.length;
  for (const form of forms) end = Math.min(end, beginOfPartial(text, form));
  const block = text.lastIndexOf(keyBlockBegin);
  if (block >= 0 && !keyBlockEnd.test(text.slice(block))) end = Math.min(end, block);
  // Neither a word nor what is hidden may be divided; each step back may end inside another.
  const undivided = [...words, ...spans].toSorted((left, right) => right.end - left.end);
  for (let before = -1; before !== end; ) {
    before = end;
    for (const part of undivided) if (part.start < end && end < part.end) end = part.start;
  }
  return end;
}

/** Where the longest end of the text begins that is the beginning of `form`, but not all of it. */
function beginOfPartial(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(form.slice(0, length))) return text.length - length;
  }
  return text.length;
}
