import OpenAI from "openai";
import type {
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
  Tool,
} from "openai/resources/responses/responses";
import { describe, expect, it } from "vitest";
import { createDemoModelFetch } from "./demo-model-fetch.ts";

const demoModelSlug = "skein-demo";

const client = new OpenAI({
  apiKey: "none",
  baseURL: "http://demo.invalid/v1",
  maxRetries: 0,
  fetch: createDemoModelFetch({ tokenDelayMs: 0 }),
});

const functionTool = (name: string, properties: Record<string, unknown>): Tool => ({
  type: "function",
  name,
  strict: false,
  parameters: { type: "object", properties },
});
const patchTool: Tool = { type: "custom", name: "apply_patch", format: { type: "text" } };
const planTool = functionTool("update_plan", { plan: {} });
const commandTool = functionTool("exec_command", { cmd: {}, sandbox_permissions: {} });
const questionTool = functionTool("request_user_input", { questions: {} });
const allTools = [commandTool, functionTool("write_stdin", {}), planTool, patchTool, questionTool];

const user = (text: string): ResponseInputItem => ({ role: "user", content: [{ type: "input_text", text }] });

interface Answered {
  readonly events: readonly ResponseStreamEvent[];
  readonly items: readonly ResponseOutputItem[];
  readonly text: string;
}

async function ask(input: ResponseInputItem[], tools: Tool[] = allTools): Promise<Answered> {
  const stream = await client.responses.create({ model: demoModelSlug, input, tools, stream: true });
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  const items = events.flatMap((event) => (event.type === "response.output_item.done" ? [event.item] : []));
  const text = events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");
  return { events, items, text };
}

interface Call {
  readonly name: string;
  readonly callId: string;
  readonly input: string;
}

function callsOf(items: readonly ResponseOutputItem[]): readonly Call[] {
  return items.flatMap((item) => {
    if (item.type === "function_call") return [{ name: item.name, callId: item.call_id, input: item.arguments }];
    if (item.type === "custom_tool_call") return [{ name: item.name, callId: item.call_id, input: item.input }];
    return [];
  });
}

const printed = (text: string, exitCode = 0): string =>
  `Chunk ID: a1\nWall time: 0.1 seconds\nProcess exited with code ${exitCode}\nOriginal token count: 3\nOutput:\n${text}`;

interface Finished {
  readonly calls: readonly Call[];
  readonly answer: string;
  readonly input: readonly ResponseInputItem[];
}

/** Runs a turn to its end, as the turn loop does; `use` stands for the tools. */
async function runTurn(
  prompt: string,
  use: (call: Call) => string,
  earlier: ResponseInputItem[] = [],
): Promise<Finished> {
  const input: ResponseInputItem[] = [...earlier, user(prompt)];
  const calls: Call[] = [];
  for (let request = 0; request < 20; request++) {
    const { items, text } = await ask(input);
    input.push(...(items as ResponseInputItem[]));
    const made = callsOf(items);
    if (made.length === 0) return { calls, answer: text, input };
    for (const call of made) {
      const type = call.name === "apply_patch" ? "custom_tool_call_output" : "function_call_output";
      input.push({ type, call_id: call.callId, output: use(call) });
    }
    calls.push(...made);
  }
  throw new Error("the turn does not end");
}

const command = (call: Call | undefined): string => (JSON.parse(call?.input ?? "{}") as { cmd: string }).cmd;
const isEscalated = (call: Call): boolean => call.input.includes("require_escalated");

describe("as the SDK sees it", () => {
  it("streams a whole message and its cost", async () => {
    const { events, items, text } = await ask([user("hello")]);
    expect(text).toContain("demo model");
    expect(events[0]?.type).toBe("response.created");
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(items[0]).toMatchObject({ type: "message", content: [{ type: "output_text", text }] });
    const last = events.at(-1);
    expect(last?.type === "response.completed" && last.response.usage?.total_tokens).toBeGreaterThan(0);
  });

  it("says the same to the same request, under new ids", async () => {
    const [first, second] = [await ask([user("hello")]), await ask([user("hello")])];
    expect(first.text).toBe(second.text);
    expect(first.items[0]?.id).not.toBe(second.items[0]?.id);
  });

  it("stops when it is aborted", async () => {
    const slow = new OpenAI({
      apiKey: "none",
      baseURL: "http://demo.invalid/v1",
      maxRetries: 0,
      fetch: createDemoModelFetch(),
    });
    const giveUp = new AbortController();
    const request = { model: demoModelSlug, input: "count to 5000", stream: true } as const;
    const stream = await slow.responses.create(request, { signal: giveUp.signal });
    let deltas = 0;
    for await (const event of stream) {
      if (event.type === "response.output_text.delta" && ++deltas === 2) giveUp.abort();
    }
    expect(deltas).toBe(2);
    await expect(slow.responses.create(request, { signal: giveUp.signal })).rejects.toThrow(/abort/i);
  });

  it("refuses what it does not serve", async () => {
    await expect(client.models.list()).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.create({ model: demoModelSlug, input: "hello" })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("fails in the middle of its words when asked to", async () => {
    const { events, items } = await ask([user("please fail")]);
    expect(items).toEqual([]);
    expect(events.some((event) => event.type === "response.output_text.delta")).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: "response.failed", response: { error: { code: "invalid_prompt" } } });
  });

  it("sends a summary of its reasoning", async () => {
    const { items } = await ask([user("reason about it")]);
    expect(items.map((item) => item.type)).toEqual(["reasoning", "message"]);
  });
});

describe("the tour", () => {
  const use = (call: Call): string => {
    if (call.name === "update_plan") return "Plan updated";
    if (call.name === "apply_patch")
      return "Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess. Updated the following files:\nA x";
    if (command(call).includes("rg --files")) return printed("README.md\nsrc/main.ts\n");
    return printed("some text\n");
  };

  it("looks, reads what is there, patches, checks, asks and reports", async () => {
    const { calls, answer } = await runTurn("What is this project about?", use);
    const work = calls.filter((call) => call.name !== "update_plan");
    expect(work.map((call) => call.name)).toEqual([
      "exec_command",
      "exec_command",
      "apply_patch",
      "exec_command",
      "exec_command",
    ]);
    expect(command(work[1])).toContain("README.md");
    expect(work[2]?.input).toContain("*** Add File: skein-demo.md");
    expect(work.map(isEscalated)).toEqual([false, false, false, false, true]);
    expect(answer).toContain("```");
    expect(answer).toContain("- read `README.md`, 1 lines");
  });

  it("adds to its own note when it comes again", async () => {
    const note = "# Notes of the demo model\n\n- Visit 1: before\n";
    const { calls } = await runTurn("again", (call) => {
      if (call.name !== "exec_command") return use(call);
      return command(call).includes("rg --files") ? printed("skein-demo.md\n") : printed(note);
    });
    const patch = calls.find((call) => call.name === "apply_patch")?.input ?? "";
    expect(patch).toContain(
      "*** Update File: skein-demo.md\n@@\n # Notes of the demo model\n \n - Visit 1: before\n+- Visit 2: again",
    );
  });

  it("leaves it when the approval is declined", async () => {
    const { calls, answer } = await runTurn("look around", (call) =>
      isEscalated(call)
        ? 'exec_command failed: CreateProcess { message: "Rejected(\\"rejected by user\\")" }'
        : use(call),
    );
    expect(calls.some(isEscalated)).toBe(true);
    expect(answer).toContain("Understood, leaving it");
  });

  it("leaves it when the patch is declined", async () => {
    const { calls, answer } = await runTurn("look around", (call) =>
      call.name === "apply_patch" ? "patch rejected by user" : use(call),
    );
    expect(calls.at(-1)?.name).toBe("apply_patch");
    expect(answer).toContain("the file stays as it is");
  });

  it("claims no note when the patch failed", async () => {
    const { answer } = await runTurn("look around", (call) =>
      call.name === "apply_patch" ? "apply_patch verification failed: no such line" : use(call),
    );
    expect(answer).not.toContain("left a note");
  });

  it("asks for nothing that the approval policy would refuse", async () => {
    const { items } = await ask([user("escalate")], [functionTool("exec_command", { cmd: {} })]);
    expect(callsOf(items)).toEqual([]);
  });

  it("asks for nothing when nobody can be asked", async () => {
    const told = {
      role: "developer",
      content: "<permissions>\nApprovals: never. Nobody can be asked.\n</permissions>",
    } as const;
    const { items } = await ask([told, user("escalate")]);
    expect(callsOf(items)).toEqual([]);
  });

  it("shows why commands do not run", async () => {
    const { calls, answer } = await runTurn("look around", () => "exec_command failed: bubblewrap is not installed");
    expect(calls).toHaveLength(1);
    expect(answer).toContain("bubblewrap is not installed");
  });

  it("says so where it has no tools", async () => {
    const { text } = await ask([user("look around")], []);
    expect(text).toContain("no environment");
  });
});

describe("prompts it knows", () => {
  it("runs the command as it is written and shows what came", async () => {
    const { calls, answer } = await runTurn("run `git status --short | wc -l`", () => printed("3\n"));
    expect(command(calls[0])).toBe("git status --short | wc -l");
    expect(answer).toContain("3");
  });

  it("tells a command's exit code", async () => {
    const { answer } = await runTurn("run false", () => printed("", 1));
    expect(answer).toContain("exit code 1");
  });

  it("waits for a command that went to the background", async () => {
    const { calls, answer } = await runTurn("tick 3", (call) =>
      call.name === "exec_command"
        ? "Wall time: 1 seconds\nProcess running with session ID 7\nOutput:\ntick 1 of 3\n"
        : printed("tick 2 of 3\ntick 3 of 3\n"),
    );
    expect(JSON.parse(calls[1]?.input ?? "")).toMatchObject({ session_id: 7, chars: "" });
    expect(answer).toContain("3 ticks");
  });

  it("creates a file that is not there", async () => {
    const { calls } = await runTurn('create a file notes/a.md with "one line"', (call) =>
      call.name === "apply_patch" ? "Exit code: 0\nOutput:\nSuccess." : printed("head: cannot open\n", 1),
    );
    expect(calls[1]?.input).toBe("*** Begin Patch\n*** Add File: notes/a.md\n+one line\n*** End Patch");
  });

  it("replaces a file that is there", async () => {
    const { calls } = await runTurn("write hello.txt saying new words", (call) =>
      call.name === "apply_patch" ? "Exit code: 0\nOutput:\nSuccess." : printed("old\nwords\n"),
    );
    expect(calls[1]?.input).toBe(
      "*** Begin Patch\n*** Update File: hello.txt\n@@\n-old\n-words\n+new words\n*** End Patch",
    );
  });

  it("replaces words where they stand", async () => {
    const { calls } = await runTurn('replace "two" with "2" in list.txt', (call) =>
      call.name === "apply_patch" ? "Exit code: 0\nOutput:\nSuccess." : printed("one\ntwo\nthree\n"),
    );
    expect(calls[1]?.input).toBe(
      "*** Begin Patch\n*** Update File: list.txt\n@@\n one\n-two\n+2\n three\n*** End Patch",
    );
  });

  it("keeps its plan in step with its commands", async () => {
    const { calls, answer } = await runTurn("make a plan", () => printed("x\n"));
    const plans = calls.filter((call) => call.name === "update_plan").map((call) => call.input);
    expect(plans).toHaveLength(3);
    expect(plans.at(-1)).not.toContain("pending");
    expect(answer).toContain("plan is done");
  });

  it("asks, and says what it was told, or that it was told nothing", async () => {
    const told = JSON.stringify({ answers: { drink: { answers: ["Tea"] } } });
    const { calls, answer } = await runTurn("ask me something", () => told);
    expect(calls.map(({ name }) => name)).toEqual(["request_user_input"]);
    expect(answer).toContain("Drink: Tea\n- Name: left open");
    expect((await runTurn("ask me something", () => "aborted by user")).answer).toContain("Drink: left open");
  });

  it("answers in the asked-for shape", async () => {
    const schema = { type: "object", properties: { title: { type: "string" } }, required: ["title"] };
    const stream = await client.responses.create({
      model: demoModelSlug,
      input: "Make a title.\n\nFix the login page of the shop",
      stream: true,
      text: { format: { type: "json_schema", name: "title", strict: true, schema } },
    });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    expect(JSON.parse(text)).toEqual({ title: "Fix the login page of the" });
  });
});

describe("a steer", () => {
  const working = async () => {
    const { items } = await ask([user("look around")]);
    const call = callsOf(items)[0];
    const output = { type: "function_call_output", call_id: call?.callId ?? "", output: printed("a.md\n") } as const;
    return [user("look around"), ...(items as ResponseInputItem[]), output];
  };

  it("is acknowledged and followed", async () => {
    const { text, items } = await ask([...(await working()), user("no, rather run date")]);
    expect(text).toContain("Changing course: “no, rather run date”");
    expect(callsOf(items).map(command)).toEqual(["date"]);
  });

  it("ends the walk when it names nothing the script knows", async () => {
    const { text, items } = await ask([...(await working()), user("that is enough")]);
    expect(text).toContain("I stop working on “look around” here");
    expect(callsOf(items)).toEqual([]);
  });

  it("is not seen in a new turn after an answer or an interrupt", async () => {
    const { input } = await runTurn("hello", () => "");
    expect((await ask([...input, user("hello")])).text).not.toContain("Changing course");
    const interrupted = [...(await working()), user("<turn_aborted>\nThe user interrupted.\n</turn_aborted>")];
    expect((await ask([...interrupted, user("hello")])).text).not.toContain("Changing course");
  });

  it("ignores messages that no person wrote", async () => {
    const project = user('<project_instructions directory="/workspaces/a">\nrun tests\n</project_instructions>');
    const surroundings = user("<environment_context>\n  <cwd>/workspaces/a</cwd>\n</environment_context>");
    expect((await ask([project, user("hello"), surroundings])).text).toContain("Hello!");
  });
});
