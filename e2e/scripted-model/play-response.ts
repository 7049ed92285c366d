/** Plays the steps of one response onto the wire. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import * as bytes from "./event-bytes.ts";
import type { Gates } from "./gates.ts";
import type { Phase, Step } from "./script.ts";
import { writeStamp } from "./stamp.ts";

export interface Playback {
  readonly steps: readonly Step[];
  readonly response: ServerResponse;
  readonly gates: Gates;
  readonly model: string;
  /** 1 for the first time that this response of this turn is asked for. */
  readonly attempt: number;
  readonly newId: (prefix: string) => string;
  /** Aborted when the client went away or the model stops. */
  readonly signal: AbortSignal;
}

const writeBytes = 256 * 1024;

/** Resolves when the response is over, however it ended. Rejects with an AbortError when the client went away. */
export async function playResponse(playback: Playback): Promise<void> {
  const { response, model, newId } = playback;
  const steps = playback.steps.filter((step) => !("times" in step) || playback.attempt <= (step.times ?? Infinity));
  const first = steps[0];
  if (first?.type === "status") return respondWithStatus(response, first.status, first.body, first.headers);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const id = newId("resp");
  let usage: bytes.Usage = { inputTokens: 100, outputTokens: 10 };
  await write(playback, bytes.event("response.created", { response: bytes.responseObject(id, model, "in_progress") }));
  let outputIndex = 0;
  for (const step of steps) {
    switch (step.type) {
      case "usage":
        usage = step;
        break;
      case "fail": {
        const error = { code: step.code, message: step.message };
        return finish(playback, "response.failed", bytes.responseObject(id, model, "failed", { error }));
      }
      case "incomplete": {
        const details = { incomplete_details: { reason: step.reason }, usage: bytes.usageObject(usage) };
        return finish(playback, "response.incomplete", bytes.responseObject(id, model, "incomplete", details));
      }
      case "cut":
        response.destroy();
        return;
      case "end":
        response.end();
        return;
      case "hang":
        response.flushHeaders();
        await once(playback.signal, "abort");
        return;
      default:
        outputIndex += await playStep(playback, step, outputIndex);
    }
  }
  const completed = bytes.responseObject(id, model, "completed", { usage: bytes.usageObject(usage) });
  return finish(playback, "response.completed", completed);
}

type PlainStep = Extract<
  Step,
  { type: "reasoning" | "say" | "text" | "stamps" | "call" | "customCall" | "gate" | "raw" | "status" }
>;

/** Returns how many output items the step made. */
async function playStep(playback: Playback, step: PlainStep, outputIndex: number): Promise<number> {
  switch (step.type) {
    case "reasoning":
      await write(playback, reasoning(playback.newId("rs"), outputIndex, step.summary));
      return 1;
    case "say":
      await playText(playback, outputIndex, step.deltas, step.delayMs ?? 0, step.phase);
      return 1;
    case "text": {
      const deltas = [...bytes.madeUpDeltas(step.deltas, step.size)];
      await playText(playback, outputIndex, deltas, step.delayMs ?? 0, step.phase);
      return 1;
    }
    case "stamps": {
      const deltas = Array.from({ length: step.deltas }, () => writeStamp);
      await playText(playback, outputIndex, deltas, step.delayMs, undefined);
      return 1;
    }
    case "call": {
      const call = { type: "function_call", name: step.name, call_id: step.callId ?? playback.newId("call") };
      const item = { id: playback.newId("fc"), ...call, arguments: argumentText(step.arguments), status: "completed" };
      const open = { ...item, arguments: "", status: "in_progress" };
      await write(playback, bytes.itemAdded(outputIndex, open) + bytes.itemDone(outputIndex, item));
      return 1;
    }
    case "customCall": {
      const call = { type: "custom_tool_call", name: step.name, call_id: step.callId ?? playback.newId("call") };
      const item = { id: playback.newId("ctc"), ...call, input: step.input, status: "completed" };
      const open = { ...item, input: "", status: "in_progress" };
      await write(playback, bytes.itemAdded(outputIndex, open) + bytes.itemDone(outputIndex, item));
      return 1;
    }
    case "gate":
      await playback.gates.arrive(step.name);
      playback.signal.throwIfAborted();
      return 0;
    case "raw":
      await write(playback, step.data);
      return 0;
    case "status":
      throw new Error("a status can only be the first step of a response");
  }
}

interface Held {
  readonly gate: string;
}

/** A function gives a delta's text when its time has come. */
type Delta = string | (() => string) | Held;

/** What goes out together, and the gate that comes after it; null after the last. */
function splitAtGates(deltas: readonly Delta[]) {
  const parts: { readonly texts: Exclude<Delta, Held>[]; gate: string | null }[] = [{ texts: [], gate: null }];
  for (const delta of deltas) {
    const part = parts.at(-1)!;
    if (typeof delta !== "object") {
      part.texts.push(delta);
      continue;
    }
    part.gate = delta.gate;
    parts.push({ texts: [], gate: null });
  }
  return parts;
}

async function playText(
  playback: Playback,
  outputIndex: number,
  deltas: readonly Delta[],
  delayMs: number,
  phase: Phase | undefined,
): Promise<void> {
  const id = playback.newId("msg");
  const said: string[] = [];
  const say = (delta: Exclude<Delta, Held>) => {
    const text = typeof delta === "string" ? delta : delta();
    said.push(text);
    return text;
  };
  await write(playback, bytes.itemAdded(outputIndex, bytes.message(id, "in_progress", "", phase)));
  if (delayMs === 0) {
    for (const { texts, gate } of splitAtGates(deltas)) {
      await write(playback, bytes.textDeltas(id, outputIndex, texts.map(say)));
      if (gate === null) continue;
      await playback.gates.arrive(gate);
      playback.signal.throwIfAborted();
    }
  } else {
    const startedAt = performance.now();
    for (const [index, delta] of deltas.filter((delta) => typeof delta !== "object").entries()) {
      // Measured from the start, so that late timers do not add up.
      const waitMs = startedAt + (index + 1) * delayMs - performance.now();
      if (waitMs > 0) await delay(waitMs, undefined, { signal: playback.signal });
      await write(playback, bytes.textDeltas(id, outputIndex, [say(delta)]));
    }
  }
  await write(playback, bytes.itemDone(outputIndex, bytes.message(id, "completed", said.join(""), phase)));
}

function reasoning(id: string, outputIndex: number, summary: readonly string[]): string {
  const item = { id, type: "reasoning", summary: [], encrypted_content: null };
  const parts = summary.map((text, index) => {
    const at = { item_id: id, output_index: outputIndex, summary_index: index };
    const part = (partText: string) => ({ ...at, part: { type: "summary_text", text: partText } });
    return (
      bytes.event("response.reasoning_summary_part.added", part("")) +
      bytes.event("response.reasoning_summary_text.delta", { ...at, delta: text }) +
      bytes.event("response.reasoning_summary_text.done", { ...at, text }) +
      bytes.event("response.reasoning_summary_part.done", part(text))
    );
  });
  const done = {
    ...item,
    summary: summary.map((text) => ({ type: "summary_text", text })),
    encrypted_content: `sealed-${id}`,
  };
  return bytes.itemAdded(outputIndex, item) + parts.join("") + bytes.itemDone(outputIndex, done);
}

/** A text is sent as it is, so that a script can send arguments that are no JSON. */
function argumentText(given: unknown): string {
  return typeof given === "string" ? given : JSON.stringify(given ?? {});
}

async function finish(playback: Playback, type: string, response: object): Promise<void> {
  await write(playback, bytes.event(type, { response }));
  playback.response.end();
}

export function respondWithStatus(
  response: ServerResponse,
  status: number,
  body: unknown = { error: { message: `scripted status ${status}`, type: "scripted", code: null } },
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** In big pieces, waiting for the reader between them. */
async function write(playback: Playback, text: string): Promise<void> {
  const { response, signal } = playback;
  for (let start = 0; start < text.length; start += writeBytes) {
    signal.throwIfAborted();
    if (!response.write(text.slice(start, start + writeBytes))) await once(response, "drain", { signal });
  }
}
