/** The list with one entry moved so many places down; the same list when there is no such place. */
export function movedBy<T extends { readonly id: string }>(
  list: readonly T[],
  id: string,
  places: number,
): readonly T[] {
  const from = list.findIndex((entry) => entry.id === id);
  const to = from + places;
  const entry = list[from];
  if (entry === undefined || places === 0 || to < 0 || to >= list.length) return list;
  return list.toSpliced(from, 1).toSpliced(to, 0, entry);
}
