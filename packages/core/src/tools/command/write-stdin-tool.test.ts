import { beforeEach, expect, test } from "vitest";
import type { ScriptedProcess } from "../testing/scripted-environment.ts";
import { ToolBench } from "../testing/tool-bench.ts";
import type { SessionProcess } from "../tool.ts";
import { execCommandTool } from "./exec-command-tool.ts";
import { writeStdinTool } from "./write-stdin-tool.ts";

let bench: ToolBench;
let process: ScriptedProcess;
let session: SessionProcess;

beforeEach(async () => {
  bench = new ToolBench();
  const starting = bench.environment.nextStart();
  const running = bench.run(execCommandTool, { cmd: "python3", tty: true });
  process = await starting;
  process.print(">>> ");
  await bench.clock.someoneSleeps();
  bench.clock.advance(10_000);
  await running;
  session = bench.processes.all()[0]!;
});

const send = (input: Record<string, unknown>) =>
  bench.run(writeStdinTool, { session_id: Number(session.processId), ...input }, "call-2");

test("types, waits a quarter of a second, and tells only what is new", async () => {
  const answering = send({ chars: "1+1\n" });
  await bench.clock.someoneSleeps();
  expect(bench.clock.nextWakeMs).toBe(250);
  expect(process.written).toEqual(["1+1\n"]);
  expect(bench.events.at(-1)).toEqual({
    type: "command.input",
    turnId: "turn-1",
    itemId: "call-1",
    processId: session.processId,
    stdin: "1+1\n",
  });
  process.print("2\n");
  // The output must have been read before time is up.
  await Promise.resolve();
  while (!bench.story.includes('chunk "2\\n"')) await Promise.resolve();
  bench.clock.advance(250);
  const answer = await answering;
  expect(answer).toEqual({
    success: true,
    output: `Wall time: 0.2500 seconds\nProcess running with session ID ${session.processId}\nOriginal token count: 1\nOutput:\n2\n`,
  });
});

test("a poll waits at least five seconds, emits nothing, and returns at once when the process ends", async () => {
  const before = bench.events.length;
  const answering = send({ yield_time_ms: 1 });
  await bench.clock.someoneSleeps();
  expect(bench.clock.nextWakeMs).toBe(5_000);
  expect(bench.events).toHaveLength(before);
  process.print("done\n");
  process.end(0);
  const answer = await answering;
  expect(answer.output).toContain("Process exited with code 0");
  expect(answer.output.endsWith("Output:\ndone\n")).toBe(true);
  expect(await send({})).toEqual({
    success: false,
    output: `write_stdin failed: Unknown process id ${session.processId}`,
  });
});

test("a process that ended while nobody waited is told of once, and takes no input", async () => {
  const ended = session.wait(1_000_000, new AbortController().signal);
  process.print("last words\n");
  process.end(3);
  await ended;
  expect(bench.processes.all()).toEqual([]);
  const before = bench.events.length;
  const answer = await send({ chars: "too late\n" });
  expect(answer.success).toBe(false);
  expect(answer.output).toContain("Process exited with code 3");
  expect(answer.output).toContain("last words\n");
  expect(bench.events).toHaveLength(before);
  expect((await send({})).output).toContain("Unknown process id");
});

test("an interrupt ends the wait, not the process, and what it wrote stays to be told", async () => {
  const answering = send({});
  await bench.clock.someoneSleeps();
  process.print("later\n");
  bench.interrupt.abort();
  expect((await answering).output).toContain("aborted by user");
  expect(process.signals).toEqual([]);
  const ended = session.wait(1_000_000, new AbortController().signal);
  process.end(0);
  await ended;
  expect(session.takeProgress().text).toBe("later\n");
});

test("input that is not taken is an answer", async () => {
  process.write = async () => {
    const { EnvironmentFailure } = await import("../../ports.ts");
    throw new EnvironmentFailure("standard input is closed");
  };
  expect(await send({ chars: "x" })).toEqual({
    success: false,
    output: "write_stdin failed: standard input is closed",
  });
});

test("an unknown session", async () => {
  const answer = await bench.run(writeStdinTool, { session_id: 4, chars: "x" });
  expect(answer).toEqual({ success: false, output: "write_stdin failed: Unknown process id 4" });
});
