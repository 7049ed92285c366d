/**
 * The raw model items of a thread, as an immutable value that appends in constant time. Values made from one another
 * share one growing array, each seeing its own prefix of it; an append to a value that is no longer the newest copies.
 */
export interface History {
  readonly length: number;
  readonly shared: readonly unknown[];
}

export const emptyHistory: History = { length: 0, shared: [] };

export function appendHistory(history: History, items: readonly unknown[]): History {
  if (items.length === 0) return history;
  const isNewest = history.length > 0 && history.shared.length === history.length;
  const shared = (isNewest ? history.shared : history.shared.slice(0, history.length)) as unknown[];
  for (const item of items) shared.push(item);
  return { length: shared.length, shared };
}

/** A copy that later appends do not touch. */
export function historyItems(history: History): unknown[] {
  return history.shared.slice(0, history.length);
}
