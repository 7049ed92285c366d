/** The demo model behind the agent's real loop and tools, in a real directory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ResponsesModel } from "@skein/core/model/responses-model";
import { says, TurnBench } from "@skein/core/testing/turn-bench";
import { execCommandTool } from "@skein/core/tools/command/exec-command-tool";
import { writeStdinTool } from "@skein/core/tools/command/write-stdin-tool";
import { applyPatchTool } from "@skein/core/tools/patch/apply-patch-tool";
import { updatePlanTool } from "@skein/core/tools/plan/update-plan-tool";
import { runTurn } from "@skein/core/turn/run-turn";
import { TurnControl } from "@skein/core/turn/turn-control";
import type { ApprovalDecision, ThreadSettings } from "@skein/timeline/event";
import type { Item } from "@skein/timeline/item";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoModelFetch } from "./demo-model-fetch.ts";
import { directoryEnvironment } from "./testing/directory-environment.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "demo-"));
  writeFileSync(join(directory, "README.md"), "# A project\n\nIt does little.\n");
});

afterEach(() => rmSync(directory, { recursive: true }));

const model = new ResponsesModel({
  apiKey: "demo",
  baseURL: "http://demo.invalid/v1",
  fetch: createDemoModelFetch({ tokenDelayMs: 0 }),
});

interface DemoThread {
  /** Runs a turn and gives the items it completed, the person's own message aside. */
  turn(prompt: string, decision?: ApprovalDecision): Promise<readonly Item[]>;
  readonly bench: TurnBench;
}

async function openThread(settings: Partial<ThreadSettings> = {}): Promise<DemoThread> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep };
  const bench = await TurnBench.open({
    script: [],
    settings: { cwd: directory, ...settings },
    tools: [execCommandTool, writeStdinTool, applyPatchTool, updatePlanTool],
    environment: directoryEnvironment(directory),
    clock,
  });
  let turns = 0;
  const turn = async (prompt: string, decision: ApprovalDecision = "accept"): Promise<readonly Item[]> => {
    const from = bench.journal.events.length;
    const { signal, steering, handover } = new TurnControl();
    const turnId = `turn-${++turns}`;
    const about = {
      threadId: "thread-1",
      turnId,
      state: () => bench.journal.state,
      userInput: [says(prompt)],
      actor: null,
    };
    const ports = {
      ...bench.ports(model),
      approvals: { decision: async () => ({ outcome: { type: "decided", decision } as const, actor: null }) },
    };
    await runTurn({ ...about, signal, steering, handover }, ports);
    const completed = bench.journal.events
      .slice(from)
      .flatMap((event) => (event.type === "item.completed" ? [event.item] : []));
    return completed.filter((item) => item.type !== "userMessage");
  };
  return { turn, bench };
}

const sleep = (ms: number, signal?: AbortSignal): Promise<void> => delay(ms, undefined, { signal });

const commandsOf = (items: readonly Item[]) => items.filter((item) => item.type === "command");
const lastText = (items: readonly Item[]): string => {
  const last = items.at(-1);
  return last?.type === "agentMessage" ? last.text : "";
};

describe("the tour, for a prompt the script does not know", () => {
  it("inspects, patches, checks and asks", async () => {
    const { turn, bench } = await openThread();
    const items = await turn("What is this?");
    expect(readFileSync(join(directory, "skein-demo.md"), "utf8")).toContain("- Visit 1: What is this?");
    expect(commandsOf(items).map((item) => item.status)).toEqual(["completed", "completed", "completed", "completed"]);
    expect(items.filter((item) => item.type === "patch").map((item) => item.status)).toEqual(["completed"]);
    expect(bench.journal.ofType("approval.requested")).toHaveLength(1);
    expect(lastText(items)).toContain("read `README.md`, 2 lines");
    expect(bench.journal.ofType("turn.completed").map((event) => event.status)).toEqual(["completed"]);
  });

  it("adds to its note the second time", async () => {
    const { turn } = await openThread();
    await turn("What is this?");
    await turn("And now?");
    expect(readFileSync(join(directory, "skein-demo.md"), "utf8")).toContain(
      "- Visit 1: What is this?\n- Visit 2: And now?\n",
    );
  });

  it("understands a decline and goes on with the next prompt", async () => {
    const { turn } = await openThread();
    const items = await turn("What is this?", "decline");
    expect(commandsOf(items).at(-1)?.status).toBe("declined");
    expect(lastText(items)).toContain("Understood, leaving it");
    expect(lastText(await turn("hello"))).toContain("Hello!");
  });

  it("asks nobody where nobody can be asked", async () => {
    const { turn, bench } = await openThread({ approvalPolicy: "never" });
    expect(lastText(await turn("What is this?"))).toContain("What I really did");
    expect(bench.journal.ofType("approval.requested")).toEqual([]);
  });
});

describe("prompts the script knows", () => {
  it("writes, edits and replaces in real files", async () => {
    const { turn } = await openThread();
    const read = () => readFileSync(join(directory, "notes.txt"), "utf8");
    await turn("create a file notes.txt saying hello world");
    expect(read()).toBe("hello world\n");
    await turn('append "second line" to notes.txt');
    expect(read()).toBe("hello world\nsecond line\n");
    await turn('replace "hello" with "goodbye" in notes.txt');
    expect(read()).toBe("goodbye world\nsecond line\n");
    await turn("write notes.txt saying something else");
    expect(read()).toBe("something else\n");
  });

  it("runs a command and tells how it ended", async () => {
    const { turn } = await openThread();
    expect(lastText(await turn("run cat README.md"))).toContain("It does little.");
    expect(lastText(await turn("run exit 3"))).toContain("exit code 3");
  });

  it("lists, plans and reasons", async () => {
    const { turn, bench } = await openThread();
    expect(lastText(await turn("list files"))).toContain("`README.md`");
    expect(lastText(await turn("make a plan"))).toContain("plan is done");
    expect(bench.journal.ofType("plan.updated")).toHaveLength(3);
    expect((await turn("reason about it")).map((item) => item.type)).toEqual(["reasoning", "agentMessage"]);
  });

  it("fails when asked to, and the thread goes on", async () => {
    const { turn, bench } = await openThread();
    await turn("fail");
    expect(bench.journal.ofType("turn.completed").at(-1)).toMatchObject({ status: "failed" });
    expect(lastText(await turn("hello"))).toContain("Hello!");
    expect(lastText(await turn("hello"))).not.toContain("Changing course");
  });
});
