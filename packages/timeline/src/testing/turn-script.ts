/** What happens in a turn, at random: `write-turn.ts` makes events of it. */
import fc from "fast-check";

const texts = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const end = fc.constantFrom("closed", "left open", "closed after the turn");

const step = fc.oneof(
  fc.record({ kind: fc.constant("message" as const), texts, end: fc.constantFrom("closed", "left open") }),
  fc.record({ kind: fc.constant("reasoning" as const), parts: fc.array(texts, { maxLength: 3 }), raw: texts }),
  fc.record({ kind: fc.constant("commands" as const), outputs: fc.array(texts, { minLength: 1, maxLength: 3 }), end }),
  fc.record({
    kind: fc.constant("approval" as const),
    about: fc.constantFrom("command" as const, "patch" as const),
    decision: fc.constantFrom("accept" as const, "decline" as const, "cancel" as const),
  }),
  fc.record({
    kind: fc.constant("questions" as const),
    texts,
    outcome: fc.constantFrom("answered" as const, "withdrawn" as const, "failed" as const),
  }),
  fc.record({ kind: fc.constant("retry" as const), texts }),
  fc.record({ kind: fc.constant("steer" as const), text: fc.string() }),
  fc.record({ kind: fc.constant("plan" as const), step: fc.string() }),
  fc.record({ kind: fc.constant("diff" as const), diff: fc.string() }),
  fc.record({ kind: fc.constant("usage" as const), tokens: fc.nat(1000) }),
  fc.record({ kind: fc.constant("warning" as const), state: fc.constantFrom("away" as const, "back" as const, null) }),
  fc.constant({ kind: "modelItems" as const }),
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export const turnScript = fc.record({
  steps: fc.array(step, { maxLength: 6 }),
  status: fc.constantFrom("completed" as const, "interrupted" as const, "failed" as const),
});
export type TurnScript = typeof turnScript extends fc.Arbitrary<infer T> ? T : never;
