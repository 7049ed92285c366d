import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { useMemo, useRef } from "react";
import { deriveRows, emptyRowCache, type RowCache, type RowInput } from "./derive-rows.ts";
import type { PersonsWord, Row, UnsentMessage } from "./row.ts";

interface Derived {
  readonly input: RowInput | null;
  readonly rows: readonly Row[];
  readonly cache: RowCache;
}

/** The rows of a timeline, with the objects of unchanged rows kept from one call to the next. */
export function useRows(
  { turns, warnings, handOvers, pendingApprovals }: Timeline,
  folds: ReadonlyMap<string, boolean>,
  unsent: readonly UnsentMessage[],
): readonly Row[] {
  const derived = useRef<Derived>({ input: null, rows: [], cache: emptyRowCache });
  const { input: known, cache } = derived.current;
  const asking = useMemo(() => new Map(pendingApprovals.map(awaited)), [pendingApprovals]);
  const input = { turns, folds, unsent, warnings, handOvers, asking };
  const same = known !== null && (Object.keys(input) as (keyof RowInput)[]).every((key) => known[key] === input[key]);
  if (!same) derived.current = { input, ...deriveRows(input, cache) };
  return derived.current.rows;
}

function awaited({ itemId, kind }: PendingApproval): [string, PersonsWord] {
  return [itemId, kind === "questions" ? "answer" : "approval"];
}
