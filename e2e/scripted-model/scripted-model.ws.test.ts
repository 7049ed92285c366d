import OpenAI from "openai";
import type { ResponseCreateParamsStreaming, ResponseStreamEvent } from "openai/resources/responses/responses";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { promptFor, type Script, type Step } from "./script.ts";
import { type ScriptedModel, startScriptedModel } from "./scripted-model.ts";
import { preciseNow, readStamps } from "./stamp.ts";

let model: ScriptedModel;
let client: OpenAI;

beforeEach(async () => {
  model = await startScriptedModel();
  client = new OpenAI({ baseURL: model.baseUrl, apiKey: "test", maxRetries: 0 });
});

afterEach(() => model.close());

type Input = Exclude<ResponseCreateParamsStreaming["input"], string | undefined>;

const user = (text: string): Input[number] => ({ role: "user", content: [{ type: "input_text", text }] });

function stream(input: Input, signal?: AbortSignal) {
  return client.responses.create({ model: "scripted", input, stream: true, prompt_cache_key: "thread" }, { signal });
}

async function collect(input: Input): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of await stream(input)) events.push(event);
  return events;
}

function textOf(events: readonly ResponseStreamEvent[]): string {
  return events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");
}

const scripted = (...responses: Step[][]): Script => ({ responses });

describe("answers", () => {
  it("streams what was pushed, as the SDK expects it", async () => {
    model.push([
      { type: "reasoning", summary: ["Considering."] },
      { type: "say", deltas: ["Hello ", "there"], phase: "final_answer" },
      { type: "usage", inputTokens: 7, outputTokens: 3 },
    ]);
    const events = await collect([user("hi")]);
    expect(textOf(events)).toBe("Hello there");
    const last = events.at(-1);
    expect(last?.type).toBe("response.completed");
    expect(last?.type === "response.completed" && last.response.usage?.total_tokens).toBe(10);
    expect(model.requests[0]?.body.prompt_cache_key).toBe("thread");
  });

  it("sends so many deltas of so many characters", async () => {
    const events = await collect([user(promptFor(scripted([{ type: "text", deltas: 20_000, size: 4 }])))]);
    expect(events.filter((event) => event.type === "response.output_text.delta")).toHaveLength(20_000);
    expect(textOf(events)).toHaveLength(80_000);
    const done = events.find((event) => event.type === "response.output_item.done");
    expect(
      done?.type === "response.output_item.done" && done.item.type === "message" && done.item.content,
    ).toMatchObject([{ text: textOf(events) }]);
  });

  it("says in each delta when it was written", async () => {
    const before = preciseNow();
    const events = await collect([user(promptFor(scripted([{ type: "stamps", deltas: 3, delayMs: 1 }])))]);
    const { writtenAt, rest } = readStamps(textOf(events));
    expect([writtenAt.length, rest]).toEqual([3, ""]);
    const times = [before - 1, ...writtenAt, preciseNow() + 1];
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    const done = events.find((event) => event.type === "response.output_item.done");
    expect(JSON.stringify(done)).toContain(textOf(events));
  });

  it("goes from one response of a script to the next when the calls of the first were answered", async () => {
    const script = scripted(
      [
        { type: "call", name: "exec_command", arguments: { cmd: "ls" }, callId: "a" },
        { type: "customCall", name: "apply_patch", input: "*** Begin Patch", callId: "b" },
      ],
      [{ type: "say", deltas: ["Both done."] }],
    );
    const prompt = user(promptFor(script));
    const first = await collect([prompt]);
    const items = first.flatMap((event) => (event.type === "response.output_item.done" ? [event.item] : []));
    expect(items.map((item) => item.type)).toEqual(["function_call", "custom_tool_call"]);
    const second = await collect([
      prompt,
      { type: "function_call", name: "exec_command", arguments: "{}", call_id: "a" },
      { type: "custom_tool_call", name: "apply_patch", input: "", call_id: "b" },
      { type: "function_call_output", call_id: "a", output: "x" },
      { type: "custom_tool_call_output", call_id: "b", output: "y" },
    ]);
    expect(textOf(second)).toBe("Both done.");
  });

  it("holds a response at a gate until it is released", async () => {
    model.push([
      { type: "say", deltas: ["before"] },
      { type: "gate", name: "middle" },
      { type: "say", deltas: ["after"] },
    ]);
    const seen: string[] = [];
    const events = await stream([user("hi")]);
    await model.gateReached("middle");
    for await (const event of events) {
      if (event.type !== "response.output_text.delta") continue;
      seen.push(event.delta);
      if (event.delta === "before") model.releaseGate("middle");
    }
    expect(seen).toEqual(["before", "after"]);
  });
});

describe("failures", () => {
  const failing = (step: Step) => [user(promptFor(scripted([step, { type: "say", deltas: ["recovered"] }])))];

  it("answers with a status so many times and then recovers", async () => {
    const input = failing({ type: "status", status: 503, times: 1 });
    await expect(collect(input)).rejects.toMatchObject({ status: 503 });
    expect(textOf(await collect(input))).toBe("recovered");
  });

  it("cuts the socket", async () => {
    await expect(
      collect([user(promptFor(scripted([{ type: "say", deltas: ["a"] }, { type: "cut" }])))]),
    ).rejects.toThrow();
  });

  it("ends without a last event", async () => {
    const events = await collect([user(promptFor(scripted([{ type: "say", deltas: ["a"] }, { type: "end" }])))]);
    expect(events.at(-1)?.type).toBe("response.output_item.done");
  });

  it("never answers until the client gives up", async () => {
    const giveUp = new AbortController();
    const events = await stream(failing({ type: "hang" }), giveUp.signal);
    const types: string[] = [];
    for await (const event of events) {
      types.push(event.type);
      giveUp.abort();
    }
    expect(types).toEqual(["response.created"]);
  });

  it("reports failed and incomplete responses", async () => {
    const failed = await collect(failing({ type: "fail", code: "context_length_exceeded", message: "too long" }));
    expect(failed.at(-1)).toMatchObject({
      type: "response.failed",
      response: { error: { code: "context_length_exceeded" } },
    });
    const incomplete = await collect([
      user(promptFor(scripted([{ type: "incomplete", reason: "max_output_tokens" }]))),
    ]);
    expect(incomplete.at(-1)?.type).toBe("response.incomplete");
  });

  it("passes malformed bytes on", async () => {
    const events = collect([user(promptFor(scripted([{ type: "raw", data: "data: {not json\n\n" }])))]);
    await expect(events).rejects.toThrow();
  });

  it("names a script it cannot read", async () => {
    await expect(collect([user("SCRIPT:{oops")])).rejects.toMatchObject({ status: 400 });
  });
});
