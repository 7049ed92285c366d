import type { EntryState, OutboxEntry, OutboxSignal } from "./entry.ts";

type Entries = readonly OutboxEntry[];

const sending: EntryState = { type: "sending" };
const ready: EntryState = { type: "waiting", notBeforeMs: 0 };

/** The entries after a signal, in the order in which they were given; the same list when it changes nothing. */
export function evolveOutbox(entries: Entries, signal: OutboxSignal): Entries {
  switch (signal.type) {
    case "added":
      return [...entries, signal.entry];
    case "sent":
      return change(entries, signal.id, () => sending);
    case "answered":
      return entries.some((entry) => entry.id === signal.id && entry.isPosted && !entry.isShown && signal.isAwaited)
        ? change(entries, signal.id, () => ({ type: "answered" }))
        : keep(entries, ({ id }) => id !== signal.id);
    case "deferred":
      return entries.map((entry) => (entry.id === signal.id ? defer(entry, signal) : entry));
    case "failed":
      // Who waits for the result has been told; what was posted stays for people to see.
      return entries.some((entry) => entry.id === signal.id && entry.isPosted)
        ? change(entries, signal.id, () => ({ type: "failed", error: signal.error }))
        : keep(entries, ({ id }) => id !== signal.id);
    case "connectionLost":
      return entries.some(({ state }) => state.type === "sending")
        ? entries.map((entry) => (entry.state.type === "sending" ? { ...entry, state: ready } : entry))
        : entries;
    case "retried":
      return entries.map((entry) => (entry.id === signal.id ? retry(entry) : entry));
    case "discarded":
      return keep(entries, ({ id }) => id !== signal.id);
    case "shown":
      return show(entries, ({ lane, key }) => lane === signal.lane && key === signal.key);
    case "reloaded":
      return keep(entries, ({ lane, state }) => !(isAnswered(state) && lane === signal.lane));
  }
}

/** What may be sent now: of each lane the first that is not settled, unless it is on its way or has to wait. */
export function decideSends(entries: Entries, nowMs: number): Entries {
  return firstOfLanes(entries).filter(({ state }) => state.type === "waiting" && state.notBeforeMs <= nowMs);
}

/** When there will be something to send that may not be sent yet; null when there is nothing of the kind. */
export function deriveNextSendMs(entries: Entries, nowMs: number): number | null {
  const times = firstOfLanes(entries).flatMap(({ state }) => (state.type === "waiting" ? [state.notBeforeMs] : []));
  const later = times.filter((time) => time > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}

function firstOfLanes(entries: Entries): Entries {
  const lanes = new Map<string, OutboxEntry>();
  for (const entry of entries) {
    const isSettled = entry.state.type === "answered" || entry.state.type === "failed";
    if (!isSettled && !lanes.has(entry.lane)) lanes.set(entry.lane, entry);
  }
  return [...lanes.values()];
}

function defer(
  entry: OutboxEntry,
  { notBeforeMs, isCounted }: Extract<OutboxSignal, { type: "deferred" }>,
): OutboxEntry {
  return {
    ...entry,
    deferrals: entry.deferrals + (isCounted ? 1 : 0),
    state: { type: "waiting", notBeforeMs },
  };
}

/** As if it were new. */
function retry(entry: OutboxEntry): OutboxEntry {
  return entry.state.type === "failed" ? { ...entry, deferrals: 0, state: ready } : entry;
}

/** An answer may come after the events that it is about; until then the command is under way. */
function show(entries: Entries, isMeant: (entry: OutboxEntry) => boolean): Entries {
  const kept = keep(entries, (entry) => !(isMeant(entry) && isAnswered(entry.state)));
  if (!kept.some((entry) => isMeant(entry) && !entry.isShown)) return kept;
  return kept.map((entry) => (isMeant(entry) ? { ...entry, isShown: true } : entry));
}

function change(entries: Entries, id: number, next: (state: EntryState) => EntryState): Entries {
  return entries.map((entry) => (entry.id === id ? { ...entry, state: next(entry.state) } : entry));
}

function keep(entries: Entries, isKept: (entry: OutboxEntry) => boolean): Entries {
  const kept = entries.filter(isKept);
  return kept.length === entries.length ? entries : kept;
}

function isAnswered(state: EntryState): boolean {
  return state.type === "answered";
}
