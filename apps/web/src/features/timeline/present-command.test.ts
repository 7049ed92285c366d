import { describe, expect, it } from "vitest";
import { commandItem } from "../../testing/items.ts";
import { presentCommand, presentCommandOutcome } from "./present-command.ts";

describe("presentCommand", () => {
  it.each([
    ["/bin/bash -c 'ls -la'", "ls -la"],
    ["/bin/bash -lc 'echo '\\''hi'\\'' there'", "echo 'hi' there"],
    [`/bin/bash -lc 'printf '"'"'one\\n'"'"' > note.txt'`, "printf 'one\\n' > note.txt"],
    ['bash -c "echo \\"$HOME\\""', 'echo "$HOME"'],
    ["/bin/sh -c pwd", "pwd"],
    ["git status", "git status"],
    ["/bin/bash -c 'a' 'b'", "/bin/bash -c 'a' 'b'"],
    ["/bin/bash -c 'line one\nline two'", "line one\nline two"],
  ])("%j reads %j", (command, shown) => expect(presentCommand(command)).toBe(shown));
});

describe("presentCommandOutcome", () => {
  it("does not call running what nobody has seen run for a while", () => {
    const running = commandItem({ status: "inProgress" });
    expect(presentCommandOutcome(running, { asking: false, live: false }).text).toBe("Was running when last seen");
  });

  it("does not call running what waits for a person", () => {
    expect(presentCommandOutcome(commandItem({ status: "inProgress" }), { asking: true, live: true }).text).toBe(
      "Waiting for approval",
    );
  });

  it.each([
    [{ status: "inProgress" as const }, "Running"],
    [{ status: "declined" as const }, "Declined"],
    [{ status: "completed" as const, exitCode: 0, durationMs: 2_400 }, "Exit 0 · 2.4 s"],
    [{ status: "failed" as const, exitCode: 127, durationMs: 12 }, "Failed, exit 127 · 0.0 s"],
    [{ status: "failed" as const, exitCode: null }, "Failed"],
  ])("%j is %s", (fields, text) =>
    expect(presentCommandOutcome(commandItem(fields), { asking: false, live: true }).text).toBe(text),
  );
});
