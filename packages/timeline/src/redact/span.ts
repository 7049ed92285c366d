/** A part of a text that is not shown: from `start` up to `end`; `label` stands in its place. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Spans that overlap become one; it has the label of the one that starts first. In their order. */
export function joinOverlapping(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.start - right.start || right.end - left.end)) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) joined.push(span);
    else joined[joined.length - 1] = { ...last, end: Math.max(last.end, span.end) };
  }
  return joined;
}

/** The text with labels in place of its spans, which must be in order and apart. */
export function hideSpans(text: string, spans: readonly Span[]): string {
  let shown = "";
  let at = 0;
  for (const { start, end, label } of spans) {
    shown += text.slice(at, start) + label;
    at = end;
  }
  return shown + text.slice(at);
}
