/** One takeover: an owner in the middle of a turn ends, and a viewer at another node waits for what comes next. */
import { setTimeout as delay } from "node:timers/promises";
import { RpcSocket } from "../client/rpc-socket.ts";
import { startTurn } from "../client/turn.ts";
import type { SoakNode } from "../soak/soak-node.ts";
import { accessToken, publicHost } from "../soak/world.ts";
import { endOfLongestSilence } from "./longest-silence.ts";

/** Text every 20 ms, which the log has every 40 ms: a silence is seen for what it is. */
const text = { type: "text", size: 8, delayMs: 20 } as const;
/** How long the owner has been at it when it ends; so spread over a lease, takeovers meet it at any age. */
const minRunMs = 500;
/** After the lease: time enough for whoever takes over, however busy the machine. */
const patienceMs = 5_000;

/** Milliseconds from the signal to the next event at the viewer. `owner` serves again afterwards. */
export async function takeOver(
  [owner, other]: readonly [SoakNode, SoakNode],
  signal: "SIGKILL" | "SIGTERM",
  leaseSeconds: number,
): Promise<number> {
  const [starter, viewer] = [await connect(owner), await connect(other)];
  try {
    // A workspace would stay with the node that ends.
    const { thread } = await starter.request("thread/start", { environments: [] });
    const threadId: string = thread.id;
    await viewer.request("thread/resume", { threadId });
    const heardAtMs: number[] = [];
    viewer.listen((_, params) => {
      if (params.threadId === threadId) heardAtMs.push(performance.now());
    });
    const observedMs = leaseSeconds * 1000 + patienceMs;
    const runMs = minRunMs + Math.random() * leaseSeconds * 1000;
    const deltas = Math.ceil((runMs + observedMs) / text.delayMs);
    await startTurn(starter, threadId, [{ ...text, deltas }]);
    await delay(runMs);
    const signalledAtMs = performance.now();
    await owner.end(signal);
    await delay(signalledAtMs + observedMs - performance.now());
    await viewer.request("turn/interrupt", { threadId, turnId: "" });
    return endOfLongestSilence(signalledAtMs, heardAtMs);
  } finally {
    for (const client of [starter, viewer]) client.close();
    await owner.start();
  }
}

function connect({ port }: SoakNode): Promise<RpcSocket> {
  const headers = { authorization: `Bearer ${accessToken}`, host: publicHost };
  return RpcSocket.connect({ url: `ws://127.0.0.1:${port}`, headers }, { replay: true });
}
