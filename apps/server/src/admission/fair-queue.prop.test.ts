import fc from "fast-check";
import { expect, test } from "vitest";
import {
  admitTurn,
  emptyTurnQueue,
  enqueueTurn,
  orderWaiting,
  type QueuedTurn,
  removeTurn,
  type TurnBounds,
  type TurnQueue,
} from "./fair-queue.ts";

const runs = Number(process.env.SKEIN_TEST_RUNS ?? 100);

function turnOf(id: string, tenantId: string, userId = "u", resumes = false): QueuedTurn {
  return { id, tenantId, userId, resumes };
}

/** As a node does after every change. */
function admitAll(queue: TurnQueue, bounds: TurnBounds, admitted: string[] = []): TurnQueue {
  const next = admitTurn(queue, bounds);
  if (next === null) return queue;
  admitted.push(next.turn.id);
  return admitAll(next.queue, bounds, admitted);
}

const wide: TurnBounds = { node: 1, tenant: 1, user: 1 };

test("a tenant with two hundred turns waiting does not delay another tenant's first", () => {
  let queue = emptyTurnQueue;
  for (let n = 0; n < 201; n++) queue = enqueueTurn(queue, turnOf(`busy-${n}`, "busy"));
  queue = admitAll(queue, wide);
  queue = enqueueTurn(queue, turnOf("first", "other"));
  expect(orderWaiting(queue)[0]?.id).toBe("first");
  const admitted: string[] = [];
  admitAll(removeTurn(queue, "busy-0"), wide, admitted);
  expect(admitted).toEqual(["first"]);
});

test("tenants take turns, and so do the people of one", () => {
  let queue = emptyTurnQueue;
  for (const id of ["a1", "a2", "a3"]) queue = enqueueTurn(queue, turnOf(id, "a", "ann"));
  queue = enqueueTurn(queue, turnOf("a4", "a", "amy"));
  for (const id of ["b1", "b2"]) queue = enqueueTurn(queue, turnOf(id, "b", "bob"));
  expect(orderWaiting(queue).map(({ id }) => id)).toEqual(["a1", "b1", "a4", "b2", "a2", "a3"]);
});

test("who was alone for long pays for its last turn at most, and who comes late has saved nothing up", () => {
  let queue = emptyTurnQueue;
  for (let n = 0; n < 50; n++) {
    queue = admitAll(enqueueTurn(queue, turnOf(`alone-${n}`, "a")), wide);
    queue = removeTurn(queue, `alone-${n}`);
  }
  for (const id of ["b1", "b2", "b3"]) queue = enqueueTurn(queue, turnOf(id, "b"));
  for (const id of ["a1", "a2", "a3"]) queue = enqueueTurn(queue, turnOf(id, "a"));
  const order = orderWaiting(queue).map(({ tenantId }) => tenantId);
  expect(order.join("")).toBe("bbabaa");
});

test("a turn that has worked before goes before those that its person has not begun", () => {
  let queue = enqueueTurn(emptyTurnQueue, turnOf("new", "a"));
  queue = enqueueTurn(queue, turnOf("again", "a", "u", true));
  expect(orderWaiting(queue).map(({ id }) => id)).toEqual(["again", "new"]);
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("come" as const),
      tenant: fc.nat(3),
      user: fc.nat(2),
      resumes: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("end" as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("giveUp" as const), which: fc.nat(20) }) },
);
const bounds = fc.record({
  node: fc.integer({ min: 1, max: 6 }),
  tenant: fc.integer({ min: 1, max: 4 }),
  user: fc.integer({ min: 1, max: 3 }),
});

function countsOf(queue: TurnQueue, keyOf: (turn: QueuedTurn) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const turn of queue.running.values()) counts.set(keyOf(turn), (counts.get(keyOf(turn)) ?? 0) + 1);
  return counts;
}

test("bounds hold, no place stays empty that somebody could have, and everybody gets one in the end", () => {
  fc.assert(
    fc.property(bounds, fc.array(step, { maxLength: 60 }), (limits, steps) => {
      let queue = emptyTurnQueue;
      let ids = 0;
      const admitted: string[] = [];
      const came: string[] = [];
      const gaveUp = new Set<string>();
      for (const each of steps) {
        if (each.type === "come") {
          const id = `t${++ids}`;
          came.push(id);
          queue = enqueueTurn(queue, turnOf(id, `tenant-${each.tenant}`, `user-${each.user}`, each.resumes));
        } else {
          const from = each.type === "end" ? [...queue.running.keys()] : queue.waiting.map(({ id }) => id);
          const id = from[each.which % Math.max(1, from.length)];
          if (id === undefined) continue;
          if (each.type === "giveUp") gaveUp.add(id);
          queue = removeTurn(queue, id);
        }
        queue = admitAll(queue, limits, admitted);
        const byTenant = countsOf(queue, ({ tenantId }) => tenantId);
        const byUser = countsOf(queue, ({ tenantId, userId }) => `${tenantId} ${userId}`);
        expect(queue.running.size).toBeLessThanOrEqual(limits.node);
        expect(Math.max(0, ...byTenant.values())).toBeLessThanOrEqual(limits.tenant);
        expect(Math.max(0, ...byUser.values())).toBeLessThanOrEqual(limits.user);
        for (const { tenantId, userId } of queue.waiting) {
          const isFull =
            queue.running.size === limits.node ||
            byTenant.get(tenantId) === limits.tenant ||
            byUser.get(`${tenantId} ${userId}`) === limits.user;
          expect(isFull).toBe(true);
        }
      }
      while (queue.running.size > 0) {
        const [first] = queue.running.keys();
        queue = admitAll(removeTurn(queue, first ?? ""), limits, admitted);
      }
      expect(queue.waiting).toEqual([]);
      expect(admitted.toSorted()).toEqual(came.filter((id) => !gaveUp.has(id)).toSorted());
    }),
    { numRuns: runs },
  );
});

test("between two that always want something, neither is ever served twice in a row more than once", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b"), { minLength: 20, maxLength: 60 }), (arrivals) => {
      let queue = emptyTurnQueue;
      for (let n = 0; n < 40; n++)
        for (const tenant of ["a", "b"]) queue = enqueueTurn(queue, turnOf(`${tenant}-${n}`, tenant));
      const served: string[] = [];
      for (const [n, tenant] of arrivals.entries()) {
        const next = admitTurn(queue, wide);
        if (next === null) break;
        served.push(next.turn.tenantId);
        queue = enqueueTurn(removeTurn(next.queue, next.turn.id), turnOf(`more-${n}`, tenant));
      }
      const ahead = served.map((_, end) => {
        const some = served.slice(0, end + 1);
        return Math.abs(
          some.filter((tenant) => tenant === "a").length - some.filter((tenant) => tenant === "b").length,
        );
      });
      expect(Math.max(...ahead)).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs },
  );
});
