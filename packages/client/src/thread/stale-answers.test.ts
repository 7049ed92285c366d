/** Answers that come after the world has moved on. */
import { fold, threadId } from "@skein/timeline/testing/fold";
import { addWhole, LogBuilder, userMessage } from "@skein/timeline/testing/log-builder";
import { expect, test } from "vitest";
import { RpcError } from "../rpc/rpc-error.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { threadResult, turnsPage } from "../testing/fake-results.ts";
import { settle } from "../testing/settle.ts";
import { ThreadStore } from "./thread-store.ts";

const log = new LogBuilder();
for (const turnId of ["a", "b", "c", "d"]) {
  log.add({ type: "turn.started", turnId, actor: null });
  addWhole(log, turnId, userMessage(`user-${turnId}`, turnId));
}
const whole = fold(log.events);

/** Each request waits for the test to answer it. */
function setUp() {
  const answers: ((result: unknown) => void)[] = [];
  const refusals: ((error: Error) => void)[] = [];
  const request = () =>
    new Promise<never>((resolve, reject) => {
      answers.push(resolve as (result: unknown) => void);
      refusals.push(reject);
    });
  const rpc = { request };
  const clock = new FakeClock();
  const ports = { rpc, clock, answer: () => {}, onLoaded: () => {} };
  const store = new ThreadStore({ threadId, ...ports, schedule: (flush) => flush(), pageTurns: 1 });
  const resumed = (cursor: string, turns: number) => ({
    ...threadResult(whole),
    initialTurnsPage: turnsPage(whole, null, turns),
    replay: { verdict: "reset", reason: "noCursor", cursor },
    asOf: whole.seq,
  });
  const turnIds = () => store.getSnapshot().timeline?.turns.map(({ id }) => id);
  return { answers, refusals, clock, store, resumed, turnIds };
}

test("an answer to a resume of an earlier connection changes nothing", async () => {
  const { answers, store, resumed } = setUp();
  store.connected();
  answers[0]?.(resumed("db.1.12", 1));
  store.disconnected();
  await settle();
  expect(store.getSnapshot()).toMatchObject({ phase: { type: "loading" }, timeline: null });
});

test("a page for a window that was dropped meanwhile is dropped too", async () => {
  const { answers, store, resumed, turnIds } = setUp();
  store.connected();
  answers[0]?.(resumed("not a cursor of ours", 1));
  await settle();
  expect(turnIds()).toEqual(["d"]);
  const loading = store.loadOlder();
  store.disconnected();
  store.connected();
  // Told to begin anew, it asks for what that takes.
  answers[2]?.(resumed("not a cursor of ours", 1));
  await settle();
  answers[3]?.(resumed("not a cursor of ours", 3));
  await settle();
  expect(turnIds()).toEqual(["b", "c", "d"]);
  answers[1]?.({ ...turnsPage(whole, "d", 1), asOf: whole.seq });
  await loading;
  expect(turnIds()).toEqual(["b", "c", "d"]);
  expect(store.getSnapshot().timeline?.window.olderCursor).toBe("b");
});

test("a server that asks to be asked later is asked later, and nobody has to retry", async () => {
  const { answers, refusals, clock, store, resumed, turnIds } = setUp();
  store.connected();
  for (const round of [0, 1, 2]) {
    refusals[round]?.(new RpcError(-32001, "away", { kind: "databaseUnavailable", retry: "later" }));
    await settle();
    expect(store.getSnapshot().phase).toEqual({ type: "loading" });
    expect(answers.length).toBe(round + 1);
    clock.advance(60_000);
  }
  answers[3]?.(resumed("c", 1));
  await settle();
  expect(store.getSnapshot().phase).toEqual({ type: "live" });
  expect(turnIds()).toEqual(["d"]);
  expect(clock.waiting).toBe(0);
});
