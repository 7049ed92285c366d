/** Whatever the log refuses, loses or takes: the owner's state is the fold of what is in it, and callers are told which that is. */
import { type CommandReceipt, OwnershipLost } from "@skein/core/ports";
import { evolve, initialState } from "@skein/core/thread/evolve";
import type { NewThreadEvent, ThreadEvent } from "@skein/timeline/event";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Append, AppendRefused, CommandRepeated, HeadMoved } from "../log/append.ts";
import { ThreadJournal } from "./thread-journal.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 200);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

type Answer = "take" | "refuse" | "headMoved" | "ownershipLost";

/** A log in memory that gives the answers it was told to, and refuses a receipt that it has. */
class AnsweringLog {
  readonly events: ThreadEvent[] = [];
  readonly #answers: Answer[];
  readonly #keys = new Set<string>();

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  async append({ expectedSeq, events, receipts = [] }: Append) {
    await settle();
    switch (this.#answers.shift() ?? "take") {
      case "refuse":
        throw new AppendRefused("refused");
      case "headMoved":
        throw new HeadMoved(expectedSeq + 1);
      case "ownershipLost":
        throw new OwnershipLost("claimed");
      case "take":
    }
    expect(expectedSeq).toBe(this.events.length);
    const keys = receipts.map(({ key }) => key);
    if (keys.some((key, index) => this.#keys.has(key) || keys.indexOf(key) < index)) throw new CommandRepeated("again");
    for (const key of keys) this.#keys.add(key);
    this.events.push(...events.map((event, index) => ({ ...event, seq: expectedSeq + index + 1 })));
    return { from: expectedSeq + 1, to: this.events.length };
  }
}

interface Step {
  readonly turn: number;
  /** The command that starts the turn; null: something in the turn. */
  readonly key: string | null;
  /** Whether the caller lets what is in flight get on before it asks for the next. */
  readonly isPatient: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  turn: fc.nat(3),
  key: fc.option(fc.constantFrom("a", "b", "c"), { nil: null }),
  isPatient: fc.boolean(),
});
const answer = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Answer>("take") },
  { weight: 3, arbitrary: fc.constant<Answer>("refuse") },
  { weight: 1, arbitrary: fc.constantFrom<Answer>("headMoved", "ownershipLost") },
);

function eventOf({ turn, key }: Step, index: number): NewThreadEvent {
  const turnId = `t${turn}`;
  if (key !== null) return { type: "turn.started", turnId, actor: null, at: index };
  return { type: "warning.reported", turnId, message: `${index}`, runner: null, at: index };
}

function receiptOf(key: string): CommandReceipt {
  return { principal: "p", scope: "s", key, method: "turn/start", inputHash: "", result: null };
}

async function run(steps: readonly Step[], answers: readonly Answer[]) {
  const log = new AnsweringLog(answers);
  const shown: ThreadEvent[] = [];
  const journal = new ThreadJournal(
    {
      thread: { tenantId: "tenant", threadId: "thread" },
      fence: 1n,
      headSeq: 0,
      state: initialState,
      timeline: emptyTimeline,
      snapshotSeq: 0,
    },
    log,
    { committed: (_, events) => shown.push(...events) },
    { holds: () => true, lost: () => {} },
  );
  const asked: Promise<boolean>[] = [];
  for (const [index, next] of steps.entries()) {
    const appended = journal.append([eventOf(next, index)], next.key === null ? [] : [receiptOf(next.key)]);
    asked.push(
      appended.then(
        () => true,
        () => false,
      ),
    );
    if (next.isPatient) await settle();
  }
  const isStored = await Promise.all(asked);
  await journal.settled();
  await settle();
  return { log, shown, journal, isStored };
}

test("state and head are those of the log, and an append resolves if and only if it is in there", async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 12 }),
    fc.array(answer, { maxLength: 12 }),
    async (steps, answers) => {
      const { log, shown, journal, isStored } = await run(steps, answers);
      expect(log.events.map(({ at }) => at)).toEqual(steps.flatMap((_, index) => (isStored[index] ? [index] : [])));
      expect(journal.headSeq).toBe(log.events.length);
      expect(journal.state).toEqual(log.events.reduce(evolve, initialState));
      expect(shown).toEqual(log.events);
    },
  );
  await fc.assert(property, { numRuns });
});

test("nothing is stored that was asked for while what it may build on was being refused", async () => {
  const started: Step = { turn: 0, key: "a", isPatient: true };
  const within: Step = { turn: 0, key: null, isPatient: false };
  const { log, isStored } = await run([{ ...started, isPatient: true }, within, { ...within, turn: 1 }], ["refuse"]);
  expect(isStored).toEqual([false, false, false]);
  expect(log.events).toEqual([]);
});

test("a repeated command takes with it what was asked for in its turn, and nothing else", async () => {
  const first: Step = { turn: 0, key: "a", isPatient: true };
  const repeat: Step = { turn: 1, key: "a", isPatient: true };
  const { isStored } = await run(
    [
      first,
      { ...first, key: null },
      { ...first, key: null },
      repeat,
      { turn: 1, key: null, isPatient: false },
      { turn: 0, key: null, isPatient: false },
    ],
    [],
  );
  expect(isStored).toEqual([true, true, true, false, false, true]);
});
