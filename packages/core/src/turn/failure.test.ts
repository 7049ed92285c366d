import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { OwnershipLost } from "../ports.ts";
import { FileEnvironment } from "../testing/file-environment.ts";
import { Gate } from "../testing/gate.ts";
import {
  evCompleted,
  evFailed,
  evFunctionCall,
  evIncomplete,
  evMessage,
  evMessageAdded,
  evTextDelta,
} from "../testing/response-events.ts";
import { connectionError, httpError, type ScriptedResponse, socketCut } from "../testing/scripted-model.ts";
import { scriptedTool, untilAbort } from "../testing/scripted-tool.ts";
import { TurnBench } from "../testing/turn-bench.ts";

const answer: ScriptedResponse = [...evMessage("msg_ok", "Recovered"), evCompleted()];

/** Runs a turn, sleeping through every wait between attempts; gives the waits in milliseconds. */
async function runThrough(bench: TurnBench): Promise<number[]> {
  const waits: number[] = [];
  const turn = bench.start("Go");
  let isOver = false;
  const over = turn.done.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    // The idle watch and the closing of a finished stream sleep 300 s and 1 s; backoffs end below or between.
    const slept = await Promise.race([over.then(() => null), bench.clock.untilSleeping(101, 61_000)]);
    if (slept === null) break;
    if (slept !== 1_000) waits.push(slept);
    bench.clock.advance(slept);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await over;
  return waits;
}

function lastError(bench: TurnBench): unknown {
  return bench.journal.events.at(-1);
}

test("a stream that ends early is tried again, and what it had begun is closed and forgotten", async () => {
  const cut = [evMessageAdded("msg_1"), evTextDelta("msg_1", "Half")];
  const bench = await TurnBench.open({ script: [cut, answer] });
  const waits = await runThrough(bench);
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThanOrEqual(180);
  expect(waits[0]).toBeLessThanOrEqual(220);
  expect(bench.journal.ofType("error.reported")).toMatchObject([
    { willRetry: true, error: { kind: "responseStreamDisconnected", message: "Reconnecting: attempt 1 of 5." } },
  ]);
  const half = bench.journal.ofType("item.completed").find((event) => event.item.id === "msg_1")?.item;
  expect(half).toMatchObject({ text: "Half" });
  expect(bench.model.inputOf(1)).toEqual(bench.model.inputOf(0));
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a stream that never ends well fails the turn after five retries, and the next turn works", async () => {
  const bench = await TurnBench.open({ script: [...Array(6).fill([]), answer] });
  const waits = await runThrough(bench);
  expect(waits.map((ms) => 2 ** Math.round(Math.log2(ms / 200)))).toEqual([1, 2, 4, 8, 16]);
  expect(lastError(bench)).toMatchObject({ type: "turn.completed", status: "failed", error: { kind: "other" } });
  expect(bench.journal.ofType("error.reported").map((event) => event.willRetry)).toEqual([
    ...Array(5).fill(true),
    false,
  ]);
  await bench.run("Again");
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
  expect(bench.model.inputOf(6).join()).toContain('"Again"');
});

test("what a broken stream had finished is kept, and its call runs once", async () => {
  let runs = 0;
  const count = scriptedTool("count", "together", async () => `run ${++runs}`);
  const bench = await TurnBench.open({
    script: [[...evMessage("msg_1", "Kept"), evFunctionCall("call_1", "count", {}), socketCut()], answer],
    tools: [count],
    environment: new FileEnvironment(),
  });
  await runThrough(bench);
  expect(runs).toBe(1);
  const added = bench.model
    .inputOf(1)
    .slice(bench.model.inputOf(0).length)
    .map((json) => JSON.parse(json));
  expect(added).toMatchObject([{ id: "msg_1" }, { call_id: "call_1", type: "function_call" }, { output: "run 1" }]);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a silent stream counts as broken after the idle time", async () => {
  const bench = await TurnBench.open({
    script: [[evMessageAdded("msg_1"), evTextDelta("msg_1", "H"), "silence"], answer],
  });
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "item.chunk");
  bench.clock.advance(300_000);
  await bench.journal.until((event) => event.type === "error.reported");
  bench.clock.advance(await bench.clock.untilSleeping(101, 1_000));
  await turn.done;
  expect(bench.journal.ofType("error.reported")[0]?.error.details).toBe("The model sent nothing for 300 s.");
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});

test("a socket cut in mid-text is tried again", async () => {
  const bench = await TurnBench.open({
    script: [[evMessageAdded("msg_1"), evTextDelta("msg_1", "H"), socketCut()], answer],
  });
  await runThrough(bench);
  expect(bench.journal.ofType("error.reported")[0]?.error.details).toBe("The connection broke (UND_ERR_SOCKET).");
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});

test("a failing server is asked again quietly", async () => {
  const bench = await TurnBench.open({ script: [httpError(500), httpError(503), answer] });
  expect(await runThrough(bench)).toHaveLength(2);
  expect(bench.journal.ofType("error.reported")).toEqual([]);
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});

test("a server that always fails is asked 30 times", async () => {
  const bench = await TurnBench.open({ script: Array(30).fill(httpError(500)) });
  await runThrough(bench);
  expect(bench.model.requests).toHaveLength(30);
  expect(lastError(bench)).toMatchObject({
    status: "failed",
    error: { kind: "internalServerError", httpStatusCode: 500 },
  });
});

test.each([
  [httpError(400, { message: "bad tool" }), { kind: "other", httpStatusCode: 400 }],
  [httpError(400, { message: "The image data is not a valid image" }), { kind: "badRequest", httpStatusCode: 400 }],
  [httpError(400, { code: "context_length_exceeded" }), { kind: "contextWindowExceeded" }],
  [
    httpError(401, { message: "Incorrect API key sk-secret1234" }),
    { kind: "httpConnectionFailed", httpStatusCode: 401 },
  ],
  [httpError(403), { kind: "httpConnectionFailed", httpStatusCode: 403 }],
  [httpError(404, { code: "model_not_found", message: "no gpt-0" }), { kind: "modelNotFound" }],
  [httpError(404), { kind: "httpConnectionFailed", httpStatusCode: 404 }],
  [httpError(429), { kind: "responseTooManyFailedAttempts", httpStatusCode: 429 }],
  [httpError(429, { type: "usage_limit_reached", resets_at: 1_900_000_000 }), { kind: "usageLimitExceeded" }],
  [[evFailed("context_length_exceeded", "")], { kind: "contextWindowExceeded" }],
  [[evFailed("insufficient_quota", "")], { kind: "usageLimitExceeded" }],
  [[evFailed("usage_not_included", "")], { kind: "usageLimitExceeded" }],
  [[evFailed("invalid_prompt", "no")], { kind: "other", message: "no" }],
  [[evFailed("server_is_overloaded", "")], { kind: "serverOverloaded" }],
  [[evFailed("cyber_policy", "no")], { kind: "cyberPolicy" }],
  [
    [evIncomplete("max_output_tokens")],
    { kind: "other", message: "The model ended its answer early: max_output_tokens." },
  ],
] as [ScriptedResponse, Record<string, unknown>][])("%s fails at once", async (response, error) => {
  const bench = await TurnBench.open({ script: [response] });
  await bench.run("Go");
  expect(bench.model.requests).toHaveLength(1);
  expect(lastError(bench)).toMatchObject({ type: "turn.completed", status: "failed", error });
  expect(bench.journal.ofType("error.reported")).toMatchObject([{ willRetry: false, error }]);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("an overloaded provider is asked again as long as a request may be, without a notice", async () => {
  const bench = await TurnBench.open({ script: Array(5).fill(httpError(503, { code: "server_is_overloaded" })) });
  await runThrough(bench);
  expect(lastError(bench)).toMatchObject({ error: { kind: "serverOverloaded", httpStatusCode: 503 } });
});

test("a rate limit in the stream waits as long as the provider says", async () => {
  const limited = [evFailed("rate_limit_exceeded", "Please try again in 1.5s.")];
  const bench = await TurnBench.open({ script: [limited, answer] });
  expect(await runThrough(bench)).toEqual([1_500]);
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});

test("any other failure of the response is tried again", async () => {
  const bench = await TurnBench.open({ script: [[evFailed("server_error", "oops")], answer] });
  await runThrough(bench);
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});

test("a provider that cannot be reached is waited for, longer and longer, without end", async () => {
  const bench = await TurnBench.open({ script: [...Array(12).fill(connectionError("ECONNREFUSED")), answer] });
  const waits = await runThrough(bench);
  expect(waits.slice(0, 6)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  expect(bench.journal.ofType("error.reported").every((event) => event.willRetry)).toBe(true);
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
});

test("waiting for the network can be interrupted", async () => {
  const bench = await TurnBench.open({ script: [connectionError("ECONNREFUSED")] });
  const turn = bench.start("Go");
  await bench.clock.untilSleeping(5_000, 5_000);
  turn.control.interrupt();
  await turn.done;
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "interrupted" });
});

test("no address and no credential reaches the log", async () => {
  const told =
    "POST https://llm.example.com/v1/responses at 10.0.0.7:443 with Bearer abc.def and sk-live-12345678 failed";
  const bench = await TurnBench.open({
    script: [connectionError("ECONNRESET"), httpError(500, { message: told }), httpError(400, { message: told })],
  });
  await runThrough(bench);
  const log = JSON.stringify(bench.journal.events);
  for (const secret of ["example.com", "10.0.0.7", "abc.def", "sk-live"]) expect(log).not.toContain(secret);
});

test("a fault of the model port that is nobody's answer still ends the turn", async () => {
  const bench = await TurnBench.open({ script: [] });
  await runThrough(bench);
  expect(lastError(bench)).toMatchObject({ type: "turn.completed", status: "failed" });
});

test("when another node owns the thread the turn stops, ends its tools and writes nothing more", async () => {
  const running = new Gate();
  let wasAborted = false;
  const tool = scriptedTool("long", "together", async (_, context) => {
    void running.pass();
    await untilAbort(context.signal);
    wasAborted = true;
    return "";
  });
  const bench = await TurnBench.open({
    script: [[evFunctionCall("call_1", "long", {}), ...evMessage("msg_1", "text"), "silence"]],
    tools: [tool],
    environment: new FileEnvironment(),
  });
  const turn = bench.start("Go");
  await running.reached;
  bench.journal.refuse(new OwnershipLost("another node"));
  const length = bench.journal.events.length;
  await expect(turn.control.steer({ clientId: null, content: [] })).rejects.toThrow(OwnershipLost);
  await expect(turn.done).rejects.toThrow(OwnershipLost);
  expect(wasAborted).toBe(true);
  expect(bench.journal.events).toHaveLength(length);
});
