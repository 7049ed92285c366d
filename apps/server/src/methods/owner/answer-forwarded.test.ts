import { expect, test } from "vitest";
import { Effects } from "../effects.ts";
import { type AnswerPorts, forwardedAnswerer } from "./answer-forwarded.ts";
import { decodeForwarded, encodeForwarded, type ForwardedAnswer } from "./forwarded-request.ts";

const thread = { tenantId: "tenant", threadId: "thread" };
const poolsClosed = Object.assign(new Error("write CONNECTION_ENDED"), { code: "CONNECTION_ENDED" });

async function answer(ports: Partial<AnswerPorts>): Promise<ForwardedAnswer> {
  const answering = forwardedAnswerer({
    locate: async () => null,
    perform: async () => ({}),
    effects: () => new Effects(() => {}),
    describe: () => ({ code: -32000, message: "described" }),
    publishedSeq: () => 7,
    ...ports,
  });
  const ask = { type: "method", method: "thread/name/set", params: {} } as const;
  return decodeForwarded(await answering(encodeForwarded({ caller: {} as never, thread, ask })));
}

test("a node that has closed its database before it looked whose the thread is has carried out nothing", async () => {
  expect(await answer({ locate: () => Promise.reject(poolsClosed) })).toEqual({ type: "notOwner" });
});

test("one that has closed it on the way has perhaps carried it out", async () => {
  expect(await answer({ perform: () => Promise.reject(poolsClosed) })).toEqual({ type: "lost" });
});

test("what else goes wrong is told as it is", async () => {
  const told = { type: "error", error: { code: -32000, message: "described" }, through: 7 };
  expect(await answer({ locate: () => Promise.reject(new Error("any other")) })).toEqual(told);
});
