import type { CommandItem } from "@skein/timeline/item";
import { beforeEach, describe, expect, test } from "vitest";
import { grantKeys } from "../../approval/session-grants.ts";
import { ToolBench } from "../testing/tool-bench.ts";
import { execCommandTool } from "./exec-command-tool.ts";
import { MAX_PROCESSES } from "./processes.ts";

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
});

function lastItem(): CommandItem {
  const event = bench.events.findLast((candidate) => candidate.type === "item.completed");
  if (event?.type !== "item.completed" || event.item.type !== "command") throw new Error("no command was completed");
  return event.item;
}

async function runToEnd(input: unknown, output: string, exitCode = 0) {
  const starting = bench.environment.nextStart();
  const running = bench.run(execCommandTool, input);
  const process = await starting;
  if (output !== "") process.print(output);
  process.end(exitCode);
  return { process, answer: await running };
}

describe("a command that ends in time", () => {
  test("is started in the log before it starts in the world, and closed before the model hears of it", async () => {
    bench.beforeEmit = (events) => {
      if (events[0]?.type === "item.started") expect(bench.environment.started).toHaveLength(0);
    };
    const { process, answer } = await runToEnd({ cmd: "cat a.txt" }, "hello\n");
    expect(bench.story).toEqual(["started command", 'chunk "hello\\n"', "completed command"]);
    expect(process.spec).toMatchObject({ argv: ["/bin/bash", "-lc", "cat a.txt"], cwd: "/ws", tty: null });
    expect(process.spec.policy).toEqual(bench.settings.sandbox);
    expect(lastItem()).toEqual({
      type: "command",
      id: "call-1",
      command: "/bin/bash -lc 'cat a.txt'",
      cwd: "/ws",
      actions: [{ type: "read", command: "cat a.txt", name: "a.txt", path: "/ws/a.txt" }],
      source: "session",
      processId: expect.stringMatching(/^\d{5}$/),
      status: "completed",
      output: "hello\n",
      exitCode: 0,
      durationMs: 0,
    });
    expect(answer).toEqual({
      success: true,
      output: "Wall time: 0.0000 seconds\nProcess exited with code 0\nOriginal token count: 2\nOutput:\nhello\n",
    });
    expect(bench.processes.all()).toEqual([]);
  });

  test.each([1, 3, 127])("exit code %i fails the item and the turn goes on", async (exitCode) => {
    const { answer } = await runToEnd({ cmd: "false" }, "", exitCode);
    expect(lastItem()).toMatchObject({ status: "failed", exitCode, output: null });
    expect(answer.success).toBe(false);
    expect(answer.output).toContain(`Process exited with code ${exitCode}`);
  });

  test("options reach the process", async () => {
    const { process } = await runToEnd({ cmd: "x", workdir: "sub", login: false, tty: true, shell: "/bin/sh" }, "");
    expect(process.spec).toMatchObject({
      argv: ["/bin/sh", "-c", "x"],
      cwd: "/ws/sub",
      tty: { columns: expect.any(Number), rows: expect.any(Number) },
    });
  });

  test("a character split between two reads arrives whole, and broken bytes do no harm", async () => {
    const starting = bench.environment.nextStart();
    const running = bench.run(execCommandTool, { cmd: "x" });
    const process = await starting;
    const emoji = Buffer.from("😀");
    process.print(emoji.subarray(0, 2));
    process.print(Buffer.concat([emoji.subarray(2), Buffer.from([0xff, 0x41])]));
    process.print(emoji.subarray(0, 1));
    process.end(0);
    await running;
    const chunks = bench.events.flatMap((event) => (event.type === "item.chunk" ? [event.text] : []));
    expect(chunks.every((text) => text.isWellFormed() && text !== "")).toBe(true);
    expect(chunks.join("")).toBe("😀\ufffdA\ufffd");
    expect(lastItem().output).toBe("😀\ufffdA\ufffd");
  });
});

test("output that comes faster than the log commits waits for it, and the item keeps both ends", async () => {
  const starting = bench.environment.nextStart();
  const running = bench.run(execCommandTool, { cmd: "yes", max_output_tokens: 10 });
  const process = await starting;
  for (let index = 0; index < 32; index++) process.print(`${"y\n".repeat(64 * 1024 - 1)}${index % 10}\n`);
  process.end(0);
  const answer = await running;
  expect(bench.flushes).toBe(16);
  const { output } = lastItem();
  expect(output).toMatch(/^y\n[\s\S]*\n… 3145728 bytes left out …\n[\s\S]*\n1\n$/);
  expect(Buffer.byteLength(answer.output)).toBeLessThan(500);
  expect(answer.output).toContain("2097152 lines");
});

describe("a command that cannot run", () => {
  test("refused by the environment: a failed item, and the model is told", async () => {
    bench.environment.refusal = "The directory /ws/nope does not exist";
    const answer = await bench.run(execCommandTool, { cmd: "ls", workdir: "nope" });
    expect(bench.story).toEqual(["started command", "failed command"]);
    expect(lastItem()).toMatchObject({
      processId: null,
      output: "The directory /ws/nope does not exist",
      exitCode: null,
    });
    expect(answer).toEqual({ success: false, output: "exec_command failed: The directory /ws/nope does not exist" });
    expect(bench.processes.all()).toEqual([]);
  });

  test("the sandbox dies under it: what it wrote is kept", async () => {
    const starting = bench.environment.nextStart();
    const running = bench.run(execCommandTool, { cmd: "x" });
    const process = await starting;
    process.print("half");
    process.die("The sandbox ended unexpectedly");
    const answer = await running;
    expect(lastItem()).toMatchObject({ status: "failed", output: "half\nThe sandbox ended unexpectedly\n" });
    expect(answer.output).toContain("The sandbox ended unexpectedly");
  });

  test.each([
    ["not json", "failed to parse function arguments"],
    ["{}", "cmd"],
    ['{"cmd":1}', "cmd"],
    ['{"cmd":"x","sandbox_permissions":"all"}', "sandbox_permissions"],
  ])("arguments %s", async (input, expected) => {
    const call = { callId: "c", name: "exec_command", kind: "function" as const, input };
    const answer = await execCommandTool.run(call, bench.context());
    expect(answer.success).toBe(false);
    expect(answer.output).toContain(expected);
    expect(bench.events).toEqual([]);
  });

  test("too many at once", async () => {
    for (let index = 0; index < MAX_PROCESSES; index++) {
      const starting = bench.environment.nextStart();
      void bench.run(execCommandTool, { cmd: "sleep 9" }, `call-${index}`);
      await starting;
    }
    const answer = await bench.run(execCommandTool, { cmd: "ls" }, "one-more");
    expect(answer).toMatchObject({ success: false, output: expect.stringContaining("64 commands") });
    expect(new Set(bench.processes.all().map((process) => process.processId)).size).toBe(MAX_PROCESSES);
  });
});

describe("a command that goes on", () => {
  async function startInBackground() {
    const starting = bench.environment.nextStart();
    const running = bench.run(execCommandTool, { cmd: "serve", yield_time_ms: 1 });
    const process = await starting;
    process.print("listening\n");
    await bench.clock.someoneSleeps();
    expect(bench.clock.nextWakeMs).toBe(250);
    bench.clock.advance(250);
    return { process, answer: await running };
  }

  test("answers with a session id, and closes its item when it ends, under the turn that started it", async () => {
    const { process, answer } = await startInBackground();
    const [session] = bench.processes.all();
    expect(answer.success).toBe(true);
    expect(answer.output).toContain(`Process running with session ID ${session!.processId}`);
    expect(answer.output).toContain("listening\n");
    expect(bench.story).toEqual(["started command", 'chunk "listening\\n"']);

    const ended = session!.wait(1_000_000, new AbortController().signal);
    process.print("bye\n");
    process.end(2);
    expect(await ended).toBe("ended");
    expect(bench.events.at(-1)).toMatchObject({ type: "item.completed", turnId: "turn-1" });
    expect(lastItem()).toMatchObject({ status: "failed", exitCode: 2, output: "listening\nbye\n", durationMs: 250 });
    expect(bench.processes.all()).toEqual([]);
  });

  test("an interrupt of the turn leaves it alone", async () => {
    const { process } = await startInBackground();
    bench.interrupt.abort();
    expect(process.signals).toEqual([]);
  });

  test("a log that refuses its completion ends it", async () => {
    const { process } = await startInBackground();
    const [session] = bench.processes.all();
    bench.beforeEmit = () => {
      throw new Error("another node owns the thread");
    };
    const ended = session!.wait(1_000_000, new AbortController().signal);
    process.end(0);
    await expect(ended).rejects.toThrow("another node owns the thread");
    expect(process.signals).toContain("kill");
  });
});

test("an interrupt kills what the call waits for and closes its item", async () => {
  const starting = bench.environment.nextStart();
  const running = bench.run(execCommandTool, { cmd: "sleep 100" });
  const process = await starting;
  process.print("zzz\n");
  await bench.clock.someoneSleeps();
  bench.clock.advance(500);
  bench.interrupt.abort();
  const answer = await running;
  expect(process.signals).toEqual(["kill"]);
  expect(answer).toEqual({ success: false, output: "Wall time: 0.5 seconds\naborted by user" });
  expect(lastItem()).toMatchObject({ status: "failed", exitCode: null, output: "zzz\n" });
});

describe("approval", () => {
  const escalated = { cmd: "npm i", sandbox_permissions: "require_escalated", justification: "Install packages?" };

  test("escalation asks, and runs with full access when accepted", async () => {
    const { process, answer } = await runToEnd(escalated, "ok\n");
    expect(bench.asked).toEqual([
      {
        type: "command",
        argv: ["/bin/bash", "-lc", "npm i"],
        command: "/bin/bash -lc 'npm i'",
        cwd: "/ws",
        actions: [{ type: "unknown", command: "npm i" }],
        reason: "Install packages?",
        sandbox: { type: "dangerFullAccess" },
      },
    ]);
    expect(process.spec.policy).toEqual({ type: "dangerFullAccess" });
    expect(answer.output).toContain("neither loopback network");
    expect(bench.events[0]).toMatchObject({ item: { source: "agent", processId: null } });
    expect(lastItem()).toMatchObject({ source: "session", processId: expect.stringMatching(/^\d+$/) });
  });

  test.each([
    [{ type: "decided", decision: "decline" }, "declined", "rejected by user"],
    [{ type: "decided", decision: "cancel" }, "declined", "rejected by user"],
    [{ type: "withdrawn" }, "declined", "aborted by user"],
    [{ type: "failed", message: "bad reply" }, "failed", "bad reply"],
  ] as const)("%j starts nothing", async (outcome, status, text) => {
    bench.answer = outcome;
    const answer = await bench.run(execCommandTool, escalated);
    expect(bench.environment.started).toEqual([]);
    expect(bench.story).toEqual(["started command", `${status} command`]);
    expect(answer).toMatchObject({ success: false, output: expect.stringContaining(text) });
  });

  test("is not asked again for what was granted for the session", async () => {
    await runToEnd(escalated, "");
    bench.grants = new Set(grantKeys(bench.asked[0]!));
    await runToEnd(escalated, "");
    expect(bench.asked).toHaveLength(1);
  });

  test("never: escalation is refused without an item", async () => {
    bench.settings = { ...bench.settings, approvalPolicy: "never" };
    const answer = await bench.run(execCommandTool, escalated);
    expect(answer).toMatchObject({ success: false, output: expect.stringContaining("approval policy is never") });
    expect(bench.events).toEqual([]);
  });

  test.each<[string, boolean]>([
    ["ls -la | head -3", false],
    ["cat a.txt && pwd", false],
    ["cat *", true],
    ["ls > out", true],
    ["make", true],
  ])("untrusted: %s asks: %s", async (cmd, asks) => {
    bench.settings = { ...bench.settings, approvalPolicy: "untrusted" };
    await runToEnd({ cmd }, "");
    expect(bench.asked).toHaveLength(asks ? 1 : 0);
  });

  test("untrusted: a shell of the model's choice is never known to be safe", async () => {
    bench.settings = { ...bench.settings, approvalPolicy: "untrusted" };
    await runToEnd({ cmd: "ls", shell: "./evil" }, "");
    expect(bench.asked).toHaveLength(1);
  });
});

describe("a patch handed to apply_patch in a script", () => {
  const patch = "*** Begin Patch\n*** Add File: n.txt\n+x\n*** End Patch";

  test("becomes a patch, in the directory that the script chose", async () => {
    const answer = await bench.run(execCommandTool, {
      cmd: `cd sub && apply_patch <<'EOF'\n${patch}\nEOF\n`,
      workdir: "a",
    });
    expect(bench.story).toEqual(["started patch", "completed patch", "diff.updated"]);
    expect(bench.environment.files.text("/ws/a/sub/n.txt")).toBe("x\n");
    expect(answer.output).toContain("A n.txt");
    expect(bench.environment.started).toEqual([]);
  });
});
