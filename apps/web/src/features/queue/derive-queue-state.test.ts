import { expect, test } from "vitest";
import { turnOf } from "../../testing/items.ts";
import { deriveQueueState } from "./derive-queue-state.ts";

const ended = (status: "completed" | "interrupted" | "failed") => turnOf([], { status });

test("while a turn runs the first message waits for its end", () => {
  const turns = [ended("interrupted")];
  expect(deriveQueueState({ activeTurnId: "t", turns })).toBe("waiting");
});

test("only an interrupted turn keeps messages from starting", () => {
  expect(deriveQueueState({ activeTurnId: null, turns: [ended("completed"), ended("interrupted")] })).toBe("paused");
  for (const status of ["completed", "failed"] as const) {
    expect(deriveQueueState({ activeTurnId: null, turns: [ended("interrupted"), ended(status)] })).toBe("starting");
  }
  expect(deriveQueueState({ activeTurnId: null, turns: [] })).toBe("starting");
});
