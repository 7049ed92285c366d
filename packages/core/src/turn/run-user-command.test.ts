import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { evCompleted, evMessage } from "../testing/response-events.ts";
import { TurnBench } from "../testing/turn-bench.ts";
import { ScriptedEnvironment } from "../tools/testing/scripted-environment.ts";
import { runUserCommand, type UserCommand } from "./run-user-command.ts";
import { TurnControl } from "./turn-control.ts";

const actor = { memberId: "member-1", clientName: "test" };

async function openBench(environment: ScriptedEnvironment | null = new ScriptedEnvironment()) {
  const bench = await TurnBench.open({ script: [[...evMessage("msg_1", "Seen."), evCompleted()]], environment });
  const control = new TurnControl();
  const start = (command: UserCommand): Promise<void> => {
    const { signal, steering, handover } = control;
    const about = { threadId: "thread-1", turnId: "shell-1", state: () => bench.journal.state };
    return runUserCommand({ ...about, actor, signal, steering, handover }, command, bench.ports());
  };
  return { bench, control, start, environment };
}

test("it runs without an approval, and the model reads what came of it at the next request", async () => {
  const { bench, start, environment } = await openBench();
  const started = environment?.nextStart();
  const done = start({ command: "cat notes.md", timeoutMs: null });
  const process = await started;
  process?.print("remember the milk\n");
  process?.end(3);
  await done;
  expect(process?.spec).toMatchObject({ argv: ["/bin/bash", "-lc", "cat notes.md"], cwd: "/desk" });
  expect(process?.spec.policy).toEqual(bench.journal.state.settings.sandbox);
  expect(bench.journal.ofType("item.completed").map(({ item }) => item)).toMatchObject([
    { type: "command", source: "userShell", status: "failed", exitCode: 3, output: "remember the milk\n" },
  ]);
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "completed" });
  expect(bench.model.requests).toEqual([]);
  expect(bench.processes.all()).toEqual([]);
  expect(verifyLog(bench.journal.events)).toEqual([]);

  await bench.run("Now?");
  const told = bench.model.inputOf(0).filter((item) => item.includes("user_shell_command"));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("remember the milk");
  expect(told[0]).toContain("cat notes.md");
});

test("an interrupt kills it and ends the turn as interrupted", async () => {
  const { bench, control, start, environment } = await openBench();
  const started = environment?.nextStart();
  const done = start({ command: "sleep 100", timeoutMs: null });
  const process = await started;
  control.interrupt();
  await done;
  expect(process?.signals).toEqual(["kill"]);
  expect(bench.journal.ofType("item.completed")[0]?.item).toMatchObject({ status: "failed" });
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "interrupted" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("after its time it is killed, and the turn is complete", async () => {
  const { bench, start, environment } = await openBench();
  const started = environment?.nextStart();
  const done = start({ command: "sleep 100", timeoutMs: 500 });
  const process = await started;
  await bench.clock.untilSleeping(500, 500);
  bench.clock.advance(500);
  await done;
  expect(process?.signals).toEqual(["kill"]);
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "completed" });
});

test("what is said meanwhile is refused, so that the host starts a turn with it", async () => {
  const { control, start, environment } = await openBench();
  const started = environment?.nextStart();
  const done = start({ command: "sleep 1", timeoutMs: null });
  const process = await started;
  expect(await control.steer({ clientId: null, content: [] })).toBe(false);
  process?.end(0);
  await done;
});

test("a command that cannot be started is closed as failed", async () => {
  const { bench, start, environment } = await openBench();
  if (environment !== null) environment.refusal = "no sandbox here";
  await start({ command: "ls", timeoutMs: null });
  expect(bench.journal.ofType("item.completed")[0]?.item).toMatchObject({
    status: "failed",
    output: "no sandbox here",
  });
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "completed" });
});

test("a thread without an environment says so", async () => {
  const { bench, start } = await openBench(null);
  await start({ command: "ls", timeoutMs: null });
  expect(bench.journal.events.at(-1)).toMatchObject({
    type: "turn.completed",
    status: "failed",
    error: { message: "This thread has no environment, so there is nowhere to run a command." },
  });
});
