/** What was opened, to be closed in the reverse order. */
export type Undo = (() => unknown)[];

export async function undoAll(undo: Undo): Promise<void> {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
}
