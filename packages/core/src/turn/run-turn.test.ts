import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { Gate } from "../testing/gate.ts";
import {
  evCompleted,
  evCreated,
  evCustomToolCall,
  evFunctionCall,
  evMessage,
  evMessageAdded,
  evMessageDone,
  evReasoning,
  evTextDelta,
} from "../testing/response-events.ts";
import { commandItem, scriptedTool } from "../testing/scripted-tool.ts";
import { says, TurnBench } from "../testing/turn-bench.ts";
import type { ToolDefinition } from "../tools/tool.ts";

const echo = scriptedTool("echo", "together", async (call) => `echo ${call.input}`);

async function openBench(script: Parameters<typeof TurnBench.open>[0]["script"], tools = [echo]): Promise<TurnBench> {
  return await TurnBench.open({ script, tools, environment: new FileEnvironment() });
}

test("a text answer becomes a message, usage and a completed turn", async () => {
  const bench = await openBench([[evCreated(), ...evMessage("msg_1", "Hello there"), evCompleted()]]);
  await bench.run([says("Hi", "client-7")]);

  const user = bench.journal.ofType("item.completed")[0]?.item;
  expect(user).toMatchObject({ type: "userMessage", clientId: "client-7" });
  const message = { type: "agentMessage", id: "msg_1", text: "Hello there", phase: null };
  expect(bench.journal.ofType("item.completed")[1]?.item).toEqual(message);
  expect(bench.journal.ofType("usage.updated")[0]).toMatchObject({
    last: { totalTokens: 110, inputTokens: 100, outputTokens: 10 },
    modelContextWindow: 95_000,
  });
  expect(bench.journal.events.at(-1)).toMatchObject({
    type: "turn.completed",
    status: "completed",
    error: null,
    finalMessage: message,
  });
  const chunks = bench.journal.ofType("item.chunk").map((event) => event.text);
  expect(chunks.join("")).toBe("Hello there");
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a request keeps nothing at the provider and names the thread as cache key", async () => {
  const bench = await openBench([[...evMessage("msg_1", "One"), evCompleted()]]);
  await bench.run("Hi");
  expect(bench.model.requests[0]).toMatchObject({
    model: "gpt-5.5",
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: "thread-1",
    parallel_tool_calls: true,
    tool_choice: "auto",
    reasoning: { effort: "medium", summary: "auto" },
  });
  expect(bench.model.requests[0]).not.toHaveProperty("text");
});

test("a second turn's input begins with the first one's, byte for byte", async () => {
  const bench = await openBench([
    [...evReasoning("rs_1", ["thinking"], "opaque"), ...evMessage("msg_1", "One"), evCompleted()],
    [...evMessage("msg_2", "Two"), evCompleted()],
  ]);
  await bench.run("First");
  await bench.run("Second");
  const [first, second] = [bench.model.inputOf(0), bench.model.inputOf(1)];
  expect(second.slice(0, first.length)).toEqual(first);
  const added = second.slice(first.length).map((json) => JSON.parse(json));
  expect(added.map((item) => item.type)).toEqual(["reasoning", "message", "message"]);
  expect(added[0]).toMatchObject({ id: "rs_1", encrypted_content: "opaque" });
  expect(added[2]).toEqual({ type: "message", role: "user", content: [{ type: "input_text", text: "Second" }] });
});

test("an output schema counts for its turn alone", async () => {
  const bench = await openBench([
    [...evMessage("msg_1", "{}"), evCompleted()],
    [...evMessage("msg_2", "free"), evCompleted()],
  ]);
  await bench.run("First", { outputSchema: { type: "object" } });
  await bench.run("Second");
  expect(bench.model.requests[0]?.text).toMatchObject({
    format: { type: "json_schema", strict: true, schema: { type: "object" } },
  });
  expect(bench.model.requests[1]).not.toHaveProperty("text");
});

test("a call runs, and the follow-up request carries the call and its output", async () => {
  const bench = await openBench([
    [...evMessage("msg_1", "Looking."), evFunctionCall("call_1", "echo", { a: 1 }), evCompleted()],
    [...evMessage("msg_2", "Done."), evCompleted()],
  ]);
  await bench.run("Go");
  const added = bench.model.inputOf(1).slice(bench.model.inputOf(0).length);
  expect(added.map((json) => JSON.parse(json))).toMatchObject([
    { type: "message", id: "msg_1" },
    { type: "function_call", call_id: "call_1" },
    { type: "function_call_output", call_id: "call_1", output: 'echo {"a":1}' },
  ]);
  expect(bench.journal.ofType("usage.updated").map((event) => event.total.totalTokens)).toEqual([110, 220]);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a call is in the log before its tool runs", async () => {
  let history = "";
  const spy: ToolDefinition = {
    ...echo,
    async run() {
      history = JSON.stringify(bench.journal.ofType("model.items"));
      return { output: "", success: true };
    },
  };
  const bench = await openBench([[evFunctionCall("call_1", "echo", {}), evCompleted()], [evCompleted()]], [spy]);
  bench.journal.beforeCommit = () => new Promise((resolve) => setImmediate(resolve));
  await bench.run("Go");
  expect(history).toContain('"call_id":"call_1"');
});

test("an item that a tool forgets is closed before the model reads the output", async () => {
  const forgets: ToolDefinition = {
    ...echo,
    async run(call, context) {
      await context.emit([{ type: "item.started", turnId: context.turnId, item: commandItem(call) }]);
      return { output: "forgot", success: true };
    },
  };
  const bench = await openBench([[evFunctionCall("call_1", "echo", {}), evCompleted()], [evCompleted()]], [forgets]);
  await bench.run("Go");
  const closed = bench.journal.ofType("item.completed").find((event) => event.item.id === "call_1");
  const told = bench.journal.ofType("model.items").find((event) => JSON.stringify(event.items).includes("forgot"));
  expect(closed?.item).toMatchObject({ status: "failed" });
  expect(closed?.seq).toBeLessThan(told?.seq ?? 0);
});

test("outputs follow the order of the calls, whichever ends first", async () => {
  const gates = new Map([
    ["call_1", new Gate()],
    ["call_2", new Gate()],
    ["call_3", new Gate()],
  ]);
  const wait = scriptedTool("wait", "together", async (call) => {
    await gates.get(call.callId)?.pass();
    return call.callId;
  });
  const calls = [...gates.keys()].map((id) => evFunctionCall(id, "wait", {}));
  const bench = await openBench([[...calls, evCompleted()], [evCompleted()]], [wait]);
  const turn = bench.start("Go");
  for (const gate of [...gates.values()].toReversed()) {
    await gate.reached;
    gate.open();
  }
  await turn.done;
  const outputs = bench.model
    .inputOf(1)
    .map((json) => JSON.parse(json))
    .filter((item) => item.output !== undefined);
  expect(outputs.map((item) => item.output)).toEqual(["call_1", "call_2", "call_3"]);
});

test("a tool that runs alone overlaps with none", async () => {
  const log: string[] = [];
  const note = (name: string, mode: "together" | "alone") =>
    scriptedTool(name, mode, async (call) => {
      log.push(`+${call.callId}`);
      await Promise.resolve();
      log.push(`-${call.callId}`);
      return "";
    });
  const calls = [evFunctionCall("a", "read", {}), evFunctionCall("b", "write", {}), evFunctionCall("c", "read", {})];
  const bench = await openBench(
    [[...calls, evCompleted()], [evCompleted()]],
    [note("read", "together"), note("write", "alone")],
  );
  await bench.run("Go");
  expect(log).toEqual(["+a", "-a", "+b", "-b", "+c", "-c"]);
});

test("a call starts while the response still streams", async () => {
  const [started, rest] = [new Gate(), new Gate()];
  const tool = scriptedTool("early", "together", async () => {
    await started.pass();
    return "";
  });
  const bench = await openBench(
    [[evFunctionCall("call_1", "early", {}), rest, evCompleted()], [evCompleted()]],
    [tool],
  );
  const turn = bench.start("Go");
  await Promise.all([started.reached, rest.reached]);
  rest.open();
  started.open();
  await turn.done;
  expect(bench.model.requests).toHaveLength(2);
});

test.each([
  ["nothing", [evCompleted()], 1],
  ["commentary only", [...evMessage("msg_1", "Hm.", "commentary"), evCompleted()], 1],
  ["a message that does not end the turn", [...evMessage("msg_1", "Hm."), evCompleted({ endTurn: false })], 2],
])("a response of %s", async (_, steps, requests) => {
  const bench = await openBench([steps, [...evMessage("msg_2", "End."), evCompleted()]]);
  await bench.run("Go");
  expect(bench.model.requests).toHaveLength(requests);
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "completed" });
});

test("reasoning streams by summary parts", async () => {
  const bench = await openBench([[...evReasoning("rs_1", ["First", "Second"]), evCompleted()]]);
  await bench.run("Go");
  expect(bench.journal.ofType("item.summaryPart").map((event) => event.index)).toEqual([0, 1]);
  expect(bench.journal.ofType("item.completed").at(-1)?.item).toEqual({
    type: "reasoning",
    id: "rs_1",
    summary: ["First", "Second"],
    content: [],
  });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("unknown events and fields are ignored", async () => {
  const unknown = { type: "response.something_new", payload: { deep: true } } as unknown as ReturnType<
    typeof evCompleted
  >;
  const bench = await openBench([[unknown, ...evMessage("msg_1", "Fine"), unknown, evCompleted()]]);
  await bench.run("Go");
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed", finalMessage: { text: "Fine" } });
});

test("the finished item wins over its deltas", async () => {
  const steps = [
    evMessageAdded("msg_1"),
    evTextDelta("msg_1", "draft"),
    evMessageDone("msg_1", "final"),
    evCompleted(),
  ];
  const bench = await openBench([steps, [evCompleted()]]);
  await bench.run("Go");
  await bench.run("More");
  expect(bench.journal.ofType("item.completed").find((event) => event.item.id === "msg_1")?.item).toMatchObject({
    text: "final",
  });
  expect(bench.model.inputOf(1).join()).toContain('"final"');
  expect(bench.model.inputOf(1).join()).not.toContain("draft");
});

test("an item id that a provider repeats within a turn gets an id of its own", async () => {
  const bench = await openBench([
    [...evMessage("msg_1", "One"), evFunctionCall("call_1", "echo", {}), evCompleted()],
    [...evMessage("msg_1", "Two"), evCompleted()],
  ]);
  await bench.run("Go");
  const ids = bench.completedItems;
  expect(new Set(ids).size).toBe(ids.length);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("tools that do not exist, do not fit or crash answer in words", async () => {
  const crash = scriptedTool("crash", "together", async () => {
    throw new Error("out of luck");
  });
  const calls = [
    evFunctionCall("call_1", "nope", {}),
    evCustomToolCall("call_2", "echo", "free text"),
    evFunctionCall("call_3", "crash", {}),
  ];
  const bench = await openBench([[...calls, evCompleted()], [evCompleted()]], [echo, crash]);
  await bench.run("Go");
  const outputs = bench.model
    .inputOf(1)
    .map((json) => JSON.parse(json))
    .filter((item) => item.output !== undefined);
  expect(outputs.map((item) => [item.type, item.output])).toEqual([
    ["function_call_output", "unsupported call: nope"],
    ["custom_tool_call_output", "unsupported custom tool call: echo"],
    ["function_call_output", "crash failed: out of luck"],
  ]);
  const crashed = bench.journal.ofType("item.completed").find((event) => event.item.id === "call_3")?.item;
  expect(crashed).toMatchObject({ status: "failed" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a thread without an environment offers no tools", async () => {
  const bench = await TurnBench.open({ script: [[evCompleted()]], tools: [echo], environment: null });
  await bench.run("Go");
  for (const field of ["tools", "tool_choice", "parallel_tool_calls"]) {
    expect(bench.model.requests[0]).not.toHaveProperty(field);
  }
});

test("a turn without input asks the model all the same", async () => {
  const bench = await openBench([[...evMessage("msg_1", "Well?"), evCompleted()]]);
  await bench.run([]);
  expect(bench.model.requests).toHaveLength(1);
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});
