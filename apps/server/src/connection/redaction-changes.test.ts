import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import type { Principal } from "../identity/principal.ts";
import { RedactionChanges } from "./redaction-changes.ts";

const share = { linkId: "link", threadId: "thread", title: "", level: "read", fromSeq: 0, frozenAtSeq: null } as const;

function principalOf(tenantId: string, isViewer: boolean): Principal {
  const via = isViewer
    ? ({ type: "shareLink", share, person: null } as const)
    : ({ type: "session", sessionId: "s" } as const);
  return { tenantId, userId: "person", role: isViewer ? "viewer" : "owner", name: "", via };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A node at which somebody views a thread of the tenants. */
function openNode(viewed: readonly string[], hub: InProcessHub, secrets: Map<string, readonly string[]>) {
  const hidden: [string, readonly string[]][] = [];
  const problems: string[] = [];
  const changes = new RedactionChanges({
    ...{ bus: hub.join(), subjects: subjectsOf("db") },
    connections: () => ({
      principals: new Set([...viewed.map((id) => principalOf(id, true)), principalOf("members", false)]),
    }),
    knownSecrets: async (tenantId) => {
      const known = secrets.get(tenantId);
      if (known === undefined) throw new Error("the database is away");
      return known;
    },
    subscriptions: { hideFromViewers: (tenantId, values) => void hidden.push([tenantId, values]) },
    report: (problem) => void problems.push(problem),
  });
  return { changes, hidden, problems };
}

test("a change counts at every node where the tenant's threads are viewed, and only there", async () => {
  const hub = new InProcessHub();
  const secrets = new Map([
    ["a", ["new"]],
    ["members", ["theirs"]],
  ]);
  const nodes = [openNode([], hub, secrets), openNode(["a"], hub, secrets), openNode(["b"], hub, secrets)];
  await nodes[0]?.changes.changed("a");
  await nodes[0]?.changes.changed("members");
  await vi.advanceTimersByTimeAsync(0);
  expect(nodes.map(({ hidden }) => hidden)).toEqual([[], [["a", ["new"]]], []]);
  for (const { changes } of nodes) changes.stop();
});

test("a lost word is made up for, and a list that cannot be read changes nothing until it can", async () => {
  const hub = new InProcessHub();
  const secrets = new Map<string, readonly string[]>();
  const { changes, hidden, problems } = openNode(["a"], hub, secrets);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([hidden, problems]).toEqual([[], ["what viewers must not see could not be read"]]);
  secrets.set("a", ["new"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(hidden).toEqual([["a", ["new"]]]);
  changes.stop();
});
