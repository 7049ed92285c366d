import { expect, it } from "vitest";
import { presentReasoning } from "./present-reasoning.ts";

it.each([
  [["**Looking at the code**\n\nI read.", "**Planning**\n\nThen"], true, "Thinking: Planning"],
  [["**Looking at the code**\n\nI read.", "no heading"], false, "Thought: Looking at the code"],
  [["", "First line\nsecond"], false, "Thought: First line"],
])("%j", (summary, streaming, line) => expect(presentReasoning(summary, streaming)).toBe(line));
