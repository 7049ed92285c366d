/**
 * Which of the turns that wait is next: tenants take turns, inside a tenant its people do, and what one person has asked for goes in
 * order. Start-time fair queueing: whoever was served is put behind by one, and whoever comes anew begins where the others
 * are, so that nobody saves up for later and nobody is made to pay for what nobody else wanted.
 */
export interface QueuedTurn {
  readonly id: string;
  readonly tenantId: string;
  /** "": nobody's. */
  readonly userId: string;
  /** It has run before and has waited for a person since: it goes before what its person has not begun, and is not counted again. */
  readonly resumes: boolean;
}

/** Turns at once. */
export interface TurnBounds {
  readonly node: number;
  readonly tenant: number;
  readonly user: number;
}

export interface TurnQueue {
  readonly running: ReadonlyMap<string, QueuedTurn>;
  /** In the order in which they came. */
  readonly waiting: readonly QueuedTurn[];
  readonly tenants: Fairness;
  /** By tenant, between its people. */
  readonly people: ReadonlyMap<string, Fairness>;
}

/** `now`: how far those who are served have come. `next`: where those begin who are ahead of it. */
interface Fairness {
  readonly now: number;
  readonly next: ReadonlyMap<string, number>;
}

const atStart: Fairness = { now: 0, next: new Map() };

export const emptyTurnQueue: TurnQueue = { running: new Map(), waiting: [], tenants: atStart, people: new Map() };

export function enqueueTurn(queue: TurnQueue, turn: QueuedTurn): TurnQueue {
  return { ...queue, waiting: [...queue.waiting, turn] };
}

/** It has ended, or waits for a person, or nobody wants it any more. */
export function removeTurn(queue: TurnQueue, id: string): TurnQueue {
  if (!queue.running.has(id)) return { ...queue, waiting: queue.waiting.filter((turn) => turn.id !== id) };
  const running = new Map(queue.running);
  running.delete(id);
  return { ...queue, running };
}

/** null: nothing waits for which there is room. */
export function admitTurn(queue: TurnQueue, bounds: TurnBounds): { turn: QueuedTurn; queue: TurnQueue } | null {
  if (queue.waiting.length === 0 || queue.running.size >= bounds.node) return null;
  const byTenant = countBy(queue.running.values(), ({ tenantId }) => tenantId);
  const byUser = countBy(queue.running.values(), personOf);
  const eligible = queue.waiting.filter(
    (turn) => (byTenant.get(turn.tenantId) ?? 0) < bounds.tenant && (byUser.get(personOf(turn)) ?? 0) < bounds.user,
  );
  const turn = chooseTurn(queue, eligible);
  if (turn === null) return null;
  return { turn, queue: withServed(queue, turn) };
}

/** Those that wait, in the order in which they would be admitted if nothing else came. */
export function orderWaiting(queue: TurnQueue): readonly QueuedTurn[] {
  const order: QueuedTurn[] = [];
  for (let rest = queue; rest.waiting.length > 0; ) {
    const turn = chooseTurn(rest, rest.waiting);
    if (turn === null) break;
    order.push(turn);
    rest = withServed(rest, turn);
  }
  return order;
}

function chooseTurn({ tenants, people }: TurnQueue, eligible: readonly QueuedTurn[]): QueuedTurn | null {
  const tenantId = leastServed(tenants, eligible, (turn) => turn.tenantId);
  if (tenantId === null) return null;
  const ofTenant = eligible.filter((turn) => turn.tenantId === tenantId);
  const userId = leastServed(people.get(tenantId) ?? atStart, ofTenant, (turn) => turn.userId);
  const ofUser = ofTenant.filter((turn) => turn.userId === userId);
  return ofUser.find(({ resumes }) => resumes) ?? ofUser[0] ?? null;
}

/** Of several the one that came first. */
function leastServed(
  fairness: Fairness,
  turns: readonly QueuedTurn[],
  keyOf: (turn: QueuedTurn) => string,
): string | null {
  let least: { readonly key: string; readonly start: number } | null = null;
  const seen = new Set<string>();
  for (const turn of turns) {
    const key = keyOf(turn);
    if (seen.has(key)) continue;
    seen.add(key);
    const start = startOf(fairness, key);
    if (least === null || start < least.start) least = { key, start };
  }
  return least?.key ?? null;
}

function withServed(queue: TurnQueue, turn: QueuedTurn): TurnQueue {
  const waiting = queue.waiting.filter(({ id }) => id !== turn.id);
  const running = new Map(queue.running).set(turn.id, turn);
  if (turn.resumes) return { ...queue, waiting, running };
  const people = new Map(queue.people);
  // A tenant of which nothing waits is where everybody is; what was between its people is over.
  if (waiting.some(({ tenantId }) => tenantId === turn.tenantId)) {
    people.set(turn.tenantId, serve(people.get(turn.tenantId) ?? atStart, turn.userId));
  } else people.delete(turn.tenantId);
  return { waiting, running, people, tenants: serve(queue.tenants, turn.tenantId) };
}

function serve(fairness: Fairness, key: string): Fairness {
  const now = startOf(fairness, key);
  const next = new Map([...fairness.next].filter(([, start]) => start > now)).set(key, now + 1);
  return { now, next };
}

function startOf({ now, next }: Fairness, key: string): number {
  return Math.max(now, next.get(key) ?? 0);
}

function personOf({ tenantId, userId }: QueuedTurn): string {
  return `${tenantId} ${userId}`;
}

function countBy(turns: Iterable<QueuedTurn>, keyOf: (turn: QueuedTurn) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const turn of turns) counts.set(keyOf(turn), (counts.get(keyOf(turn)) ?? 0) + 1);
  return counts;
}
