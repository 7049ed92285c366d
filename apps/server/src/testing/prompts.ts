/** What tests ask the agent to do: a prompt that names its own script, and the tools by their everyday names. */
import * as bytes from "../../../../e2e/scripted-model/event-bytes.ts";
import { promptFor, type Step } from "../../../../e2e/scripted-model/script.ts";

export function prompt(...responses: readonly (readonly Step[])[]) {
  return [{ type: "text" as const, text: promptFor({ responses }), text_elements: [] }];
}

export function says(...deltas: readonly string[]): Step {
  return { type: "say", deltas };
}

let messages = 0;

/** A message that waits at a gate in its middle. Only as a response's first step. */
export function saysAround(gateName: string, before: string, after: string): readonly Step[] {
  const id = `msg_around_${++messages}`;
  const rest = bytes.textDeltas(id, 0, [after]);
  const done = bytes.itemDone(0, bytes.message(id, "completed", before + after, undefined));
  return [opening(id, before), { type: "gate", name: gateName }, { type: "raw", data: rest + done }];
}

/** A message of which nothing more comes. Only as a response's first step. */
export function beginsToSay(text: string): Step {
  return opening(`msg_begun_${++messages}`, text);
}

function opening(id: string, text: string): Step {
  const item = bytes.itemAdded(0, bytes.message(id, "in_progress", "", undefined));
  return { type: "raw", data: item + bytes.textDeltas(id, 0, [text]) };
}

let calls = 0;

/** A command by the agent's tool; `more`: its further arguments. */
export function runs(cmd: string, more: object = {}): Step {
  return { type: "call", name: "exec_command", arguments: { cmd, ...more }, callId: `call_${++calls}` };
}

export function patches(...lines: readonly string[]): Step {
  const input = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  return { type: "customCall", name: "apply_patch", input, callId: `call_${++calls}` };
}

export function plans(...plan: readonly { readonly step: string; readonly status: string }[]): Step {
  return { type: "call", name: "update_plan", arguments: { plan }, callId: `call_${++calls}` };
}

/** Questions to a person by the agent's tool. */
export function asks(...questions: readonly object[]): Step {
  return { type: "call", name: "request_user_input", arguments: { questions }, callId: `call_${++calls}` };
}

export function gate(name: string): Step {
  return { type: "gate", name };
}
