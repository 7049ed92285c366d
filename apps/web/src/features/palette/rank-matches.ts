/**
 * Entries whose label holds the letters of the query in order, best first: a match at the start of the label, then at the
 * start of words, then anywhere. An empty query keeps all, in their order.
 */
export function rankMatches<T extends { readonly label: string }>(entries: readonly T[], query: string): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [...entries];
  return entries
    .map((entry, at) => ({ entry, at, score: scoreMatch(entry.label.toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ entry }) => entry);
}

function scoreMatch(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 4;
  if (label.includes(` ${wanted}`)) return 3;
  if (label.includes(wanted)) return 2;
  let at = 0;
  for (const letter of wanted) {
    at = label.indexOf(letter, at) + 1;
    if (at === 0) return 0;
  }
  return 1;
}
