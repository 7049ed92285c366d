import type { TurnView } from "@skein/timeline/reduce/timeline";

/** The runner for which a turn waits: the last word of it is that it is away, and the model is not speaking meanwhile. */
export function awayRunner({ items, warnings }: TurnView): string | null {
  const last = warnings.findLast(({ runner }) => runner !== null);
  if (last?.runner?.state !== "away") return null;
  const newest = items.findLast(({ item }) => item.type !== "userMessage");
  const isSpoken = newest?.item.type === "agentMessage" || newest?.item.type === "reasoning";
  return isSpoken && (newest?.startedAtMs ?? 0) > last.reportedAtMs ? null : last.runner.name;
}
