/** One line for a model's reasoning: the heading of its latest part, or else how its first part begins. */
export function presentReasoning(summary: readonly string[], streaming: boolean): string {
  const headings = summary
    .map((part) => /^\s*\*\*(.+?)\*\*/.exec(part)?.[1])
    .filter((heading) => heading !== undefined);
  const text =
    headings.at(-1) ??
    summary
      .find((part) => part.trim() !== "")
      ?.trim()
      .split("\n")[0] ??
    "";
  return `${streaming ? "Thinking" : "Thought"}: ${text}`;
}
