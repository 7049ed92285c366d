import { expect, test } from "vitest";
import type { ThreadEvent } from "../event.ts";
import { emptyTimeline } from "../reduce/timeline.ts";
import { deriveProjection } from "./derive-projection.ts";
import { foldOpenItems } from "./fold-open-items.ts";

const started: readonly ThreadEvent[] = [
  { seq: 1, at: 1, type: "turn.started", turnId: "t", actor: null },
  { seq: 2, at: 2, type: "item.started", turnId: "t", item: { type: "agentMessage", id: "m", text: "", phase: null } },
];

function chunk(seq: number, text: string): ThreadEvent {
  return { seq, at: seq, type: "item.chunk", turnId: "t", itemId: "m", channel: "text", index: 0, text };
}

test("an open item gets the text that its row lacks, and only that", () => {
  const { items } = deriveProjection(emptyTimeline, "", [...started, chunk(3, "so ")]);
  const folded = foldOpenItems(items, [chunk(3, "so "), chunk(4, "far")]);
  expect(folded[0]?.item).toMatchObject({ type: "agentMessage", text: "so far" });
  expect(folded[0]?.completedAtMs).toBeNull();
});

test("rows without news stay as they are", () => {
  const { items } = deriveProjection(emptyTimeline, "", started);
  expect(foldOpenItems(items, [])).toBe(items);
});
