/** Threads and turns as a client drives them, the same words for every server. */
import { promptFor, type Step } from "../../e2e/scripted-model/script.ts";
import type { Json, RpcSocket } from "./rpc-socket.ts";

export async function startThread(client: RpcSocket): Promise<string> {
  const { thread } = await client.request("thread/start", { approvalPolicy: "never" });
  return thread.id;
}

/** Starts a turn that the model answers with these steps. */
export function startTurn(client: RpcSocket, threadId: string, steps: readonly Step[]): Promise<Json> {
  const text = promptFor({ responses: [steps] });
  return client.request("turn/start", { threadId, input: [{ type: "text", text, text_elements: [] }] });
}

export interface HeardTurn {
  /** Of the agent's messages, in the order in which it came. */
  readonly text: string;
}

/** Listens to the thread's next turn; `onText` hears what comes in the meantime. */
export function hearTurn(client: RpcSocket, threadId: string, onText: (delta: string) => void = () => {}) {
  const ended = Promise.withResolvers<HeardTurn>();
  const parts: string[] = [];
  const stop = client.listen((method, params) => {
    if (params?.threadId !== threadId) return;
    if (method === "item/agentMessage/delta") {
      parts.push(params.delta);
      onText(params.delta);
    } else if (method === "turn/completed") {
      stop();
      const { status, error } = params.turn;
      if (status === "completed") ended.resolve({ text: parts.join("") });
      else ended.reject(new Error(`a turn ended as ${status}: ${error?.message ?? ""}`));
    }
  });
  return ended.promise;
}

export async function runTurn(client: RpcSocket, threadId: string, steps: readonly Step[]): Promise<HeardTurn> {
  const ended = hearTurn(client, threadId);
  await startTurn(client, threadId, steps);
  return ended;
}
