/** What a client is told when the node that perhaps carried its request out has gone. */
import { OwnershipLost } from "@skein/core/ports";
import { errors } from "@skein/protocol/errors";
import { expect, test } from "vitest";
import type { BusReply } from "../../bus/bus.ts";
import { ThreadHeldElsewhere } from "../../thread/ownership.ts";
import { type Caller, encodeForwarded, type ForwardedAnswer } from "./forwarded-request.ts";
import { Owners } from "./owners.ts";

const thread = { tenantId: "tenant", threadId: "thread" };
const answered = (answer: ForwardedAnswer): BusReply => ({ type: "reply", payload: encodeForwarded(answer) });
const done = answered({ type: "result", result: "there", through: 7 });
const outcomeUnknown = { protocolError: errors.outcomeUnknown() };

/**
 * A node called "here". `owner`: who holds the thread, attempt by attempt; `replies`: what its calls to others get; `nearer`: who reaches
 * the thread's workspace instead of it, attempt by attempt.
 */
function openOwners(owner: readonly (string | null)[], replies: readonly BusReply[], nearer: readonly string[] = []) {
  const [owning, replying, reaching] = [[...owner], [...replies], [...nearer]];
  const calls: { nodeId: string; id: string }[] = [];
  const reached: number[] = [];
  const owners = new Owners({
    ...{ nodeId: "here", leaseMs: 1_000 },
    isLoaded: () => false,
    ownerOf: async () => ({ nodeId: owning.shift() ?? null, isActive: false, nearerNodeId: reaching.shift() ?? null }),
    load: async () => {},
    call: async (nodeId, id) => {
      calls.push({ nodeId, id });
      return replying.shift() ?? { type: "nobody" };
    },
    reach: async (_, seq) => void reached.push(seq),
  });
  const carriedOut: string[] = [];
  const run = (repeatable: boolean, here = async () => "here") => {
    const request = {
      caller: {} as Caller,
      thread,
      ask: { type: "method", method: "turn/start", params: {} },
    } as const;
    return owners.run({
      ...{ ...request, repeatable },
      here: () => {
        carriedOut.push("here");
        return here();
      },
    });
  };
  return { run, calls, reached, carriedOut };
}

test("a node that was silent and has lost the thread perhaps did it: nobody does it again", async () => {
  const { run, carriedOut } = openOwners(["there", null], [{ type: "silence" }]);
  await expect(run(false)).rejects.toMatchObject(outcomeUnknown);
  expect(carriedOut).toEqual([]);
});

test("so it is when yet another node has the thread, and when the node lost it on the way", async () => {
  const moved = openOwners(["there", "elsewhere"], [{ type: "silence" }, done]);
  await expect(moved.run(false)).rejects.toMatchObject(outcomeUnknown);
  expect(moved.calls.map(({ nodeId }) => nodeId)).toEqual(["there"]);
  const lost = openOwners(["there", null], [answered({ type: "lost" })]);
  await expect(lost.run(false)).rejects.toMatchObject(outcomeUnknown);
  expect(lost.carriedOut).toEqual([]);
});

test("what may happen twice is done by the next owner", async () => {
  const here = openOwners(["there", null], [{ type: "silence" }]);
  expect(await here.run(true)).toBe("here");
  const elsewhere = openOwners(["there", "elsewhere"], [answered({ type: "lost" }), done]);
  expect(await elsewhere.run(true)).toBe("there");
  expect(elsewhere.reached).toEqual([7]);
});

test("what nobody holds is done where its workspace is, and here when that node has gone", async () => {
  const free = openOwners([null], [done], ["near"]);
  expect(await free.run(false)).toBe("there");
  expect(free.calls.map(({ nodeId }) => nodeId)).toEqual(["near"]);
  const held = openOwners(["there"], [done], ["near"]);
  expect(await held.run(false)).toBe("there");
  expect(held.calls.map(({ nodeId }) => nodeId)).toEqual(["there"]);
  const gone = openOwners([null, null], [{ type: "nobody" }], ["near"]);
  expect(await gone.run(false)).toBe("here");
});

test("what a node did not hear, or refused because it is not the owner, it has not done", async () => {
  const unheard = openOwners(["there", null], [{ type: "nobody" }]);
  expect(await unheard.run(false)).toBe("here");
  const refused = openOwners(["there", null], [answered({ type: "notOwner" })]);
  expect(await refused.run(false)).toBe("here");
});

test("a node that was silent and is still the owner is asked again under the same id", async () => {
  const { run, calls } = openOwners(["there", "there"], [{ type: "silence" }, done]);
  expect(await run(false)).toBe("there");
  expect(new Set(calls.map(({ id }) => id)).size).toBe(1);
});

test("this node may lose the thread on the way, too", async () => {
  const lose = () => Promise.reject(new OwnershipLost("lost"));
  const { run, carriedOut } = openOwners([null, null], []);
  await expect(run(false, lose)).rejects.toMatchObject(outcomeUnknown);
  expect(carriedOut).toEqual(["here"]);
  const claimed = openOwners([null, "there"], [done]);
  expect(await claimed.run(false, () => Promise.reject(new ThreadHeldElsewhere("claimed")))).toBe("there");
});
