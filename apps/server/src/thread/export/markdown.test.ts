import { expect, test } from "vitest";
import { exportMarkdown } from "./markdown.ts";

test("a fence is longer than any in what it holds", () => {
  const output = "a\n```\nb\n`````\n# not a heading";
  const turn = exportMarkdown.turn(
    { id: "t", status: "failed", startedAt: null, parts: [{ type: "command", command: "cat x", output, exitCode: 1 }] },
    0,
  );
  expect(turn).toContain(`\`\`\`\`\`\`console\n$ cat x\n${output}\n\`\`\`\`\`\`\n`);
  expect(turn).toContain("*Exit code 1*");
  expect(turn).toContain("*The turn was failed.*");
});
