import { expect, test } from "vitest";
import { defaultTools } from "./default-tools.ts";

test("every tool is declared under its own name, and the same each time", () => {
  expect(defaultTools.map((tool) => tool.name)).toEqual([
    ...["exec_command", "write_stdin", "apply_patch", "update_plan", "request_user_input"],
  ]);
  for (const tool of defaultTools) {
    expect(tool.spec).toMatchObject({ name: tool.name, description: expect.stringMatching(/\.$/) });
    if (tool.spec.type === "function") {
      expect(tool.spec.parameters).toMatchObject({ type: "object", required: expect.any(Array) });
      expect(tool.spec.parameters).not.toHaveProperty("$schema");
    }
  }
});
