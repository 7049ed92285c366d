/** Commands that want to connect to somewhere, from the policy of the tenant to the answer of a person. */
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { completedItems, startThread, startTurn } from "../testing/conversation.ts";
import { isServerRequest } from "../testing/frame.ts";
import { runs, says } from "../testing/prompts.ts";
import { test as base } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

let target: Server;
let port: number;
let served: number;
/** Resolved when a connection is open on which nothing more comes. */
let opened: PromiseWithResolvers<void>;

beforeAll(async () => {
  target = createServer((request, response) => {
    served += 1;
    if (request.url !== "/forever") return void response.end("hello from outside\n");
    response.write("begun\n");
    opened.resolve();
  });
  await new Promise<void>((resolve) => void target.listen(0, "127.0.0.1", resolve));
  port = (target.address() as AddressInfo).port;
});
beforeEach(() => {
  served = 0;
  opened = Promise.withResolvers();
});
afterAll(() => {
  target.closeAllConnections();
  target.close();
});

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use: (server: TestServer) => Promise<void>) => {
      const server = await startTestServer({ SKEIN_INTERNAL_HOSTS: `127.0.0.1:${port}` });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
});

const networked = {
  type: "workspaceWrite",
  ...{ writableRoots: [], networkAccess: true, excludeTmpdirEnvVar: false, excludeSlashTmp: false },
};
const fetching = (path = "") => `curl -sS --noproxy '' -N -p http://127.0.0.1:${port}/${path} 2>&1; echo "exit $?"`;

async function setPolicy(client: TestClient, mode: string, hosts: readonly string[] = []) {
  await client.request("skein/network/policy/update", { mode, hosts });
}

/** A thread whose commands may have the network, and the output of the commands of its turn. */
async function startNetworked(client: TestClient, ...calls: Parameters<typeof startTurn>[2][]) {
  const threadId = await startThread(client, {});
  await client.request("thread/settings/update", { threadId, sandboxPolicy: networked });
  await startTurn(client, threadId, ...(calls as [Parameters<typeof startTurn>[2]]));
  return threadId;
}

const outputs = (client: TestClient) =>
  completedItems(client)
    .filter(({ type }) => type === "commandExecution")
    .map(({ aggregatedOutput }) => aggregatedOutput);

describe.skipIf(!existsSync("/usr/bin/bwrap"))("a command's connection", () => {
  test("is not made where the tenant has no policy, and the command finds no proxy", async ({ join }) => {
    const client = await join();
    expect(await client.request("skein/network/policy/read")).toEqual({ mode: "off", hosts: [], updatedAt: null });
    await startNetworked(client, [runs(`echo "[$HTTPS_PROXY]"; ${fetching()}`)], [says("Done.")]);
    await client.notified("turn/completed");
    expect(outputs(client)).toEqual([expect.stringMatching(/^\[\]\n.*\nexit 7\n$/)]);
    expect(served).toBe(0);
  });

  test("is made to a host of the list, for a thread that has not given the network up", async ({ join, server }) => {
    const client = await join();
    await setPolicy(client, "listed", [`127.0.0.1:${port}`]);
    const threadId = await startThread(client, {});
    await startTurn(client, threadId, [runs(fetching())], [says("Done.")]);
    await client.notified("turn/completed");
    expect(outputs(client)).toEqual(["hello from outside\nexit 0\n"]);
    expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toContain("reachable through the HTTP proxy");

    await client.request("thread/settings/update", { threadId, sandboxPolicy: { ...networked, networkAccess: false } });
    await startTurn(client, threadId, [runs(fetching())], [says("Done.")]);
    await client.notified("turn/completed");
    expect(outputs(client)).toHaveLength(2);
    expect(served).toBe(1);
  });

  test("is refused to any other, and the command's output says why", async ({ join }) => {
    const client = await join();
    await setPolicy(client, "listed", ["example.org"]);
    await startNetworked(client, [runs(fetching())], [says("Done.")]);
    await client.notified("turn/completed");
    expect(outputs(client)).toEqual([
      expect.stringContaining(`[skein: 127.0.0.1, port ${port}, is not on the team's list of hosts]`),
    ]);
    expect(served).toBe(0);
  });

  test("waits for a person where the policy lets people decide, and holds for that command", async ({ join }) => {
    const client = await join();
    await setPolicy(client, "ask");
    const threadId = await startNetworked(
      client,
      [runs(`${fetching()}; ${fetching()}`)],
      [runs(fetching())],
      [says("Done.")],
    );
    const asked = await client.asked();
    expect(asked).toMatchObject({
      method: "item/commandExecution/requestApproval",
      params: {
        ...{ threadId, kind: "command", networkApprovalContext: { host: "127.0.0.1", protocol: "https" } },
        approvalId: expect.any(String),
        proposedNetworkPolicyAmendments: [
          { host: "127.0.0.1", action: "allow" },
          { host: "127.0.0.1", action: "deny" },
        ],
        availableDecisions: expect.arrayContaining(["accept", "acceptForSession", "decline", "cancel"]),
      },
    });
    expect(served).toBe(0);
    client.send({ id: asked.id, result: { decision: "accept" } });
    const second = await client.asked();
    expect(second.params.itemId).not.toBe(asked.params.itemId);
    expect(served).toBe(2);
    client.send({ id: second.id, result: { decision: "decline" } });
    await client.notified("turn/completed");
    expect(outputs(client)).toEqual([
      "hello from outside\nexit 0\nhello from outside\nexit 0\n",
      expect.stringContaining("[skein: a person declined the connection to 127.0.0.1]"),
    ]);
  });

  const rule = (action: "allow" | "deny") => ({
    applyNetworkPolicyAmendment: { network_policy_amendment: { host: "127.0.0.1", action } },
  });
  test.for([
    ["acceptForSession", 2],
    [rule("allow"), 2],
    [rule("deny"), 0],
  ] as const)("is asked about once when the answer is %j", async ([decision, reached], { join }) => {
    const client = await join();
    await setPolicy(client, "ask");
    const threadId = await startNetworked(client, [runs(fetching())], [runs(fetching())], [says("Done.")]);
    client.send({ id: (await client.asked()).id, result: { decision } });
    await client.notified("turn/completed");
    expect(served).toBe(reached);
    expect(client.frames.filter((frame) => isServerRequest(frame))).toHaveLength(1);
    // It is kept with its turn, for whoever comes later.
    const { data } = await (await join({ replay: true })).request("thread/turns/list", { threadId });
    expect(data[0].extras.decisions).toMatchObject([
      { connection: { host: "127.0.0.1", isRule: typeof decision === "object" }, answeredBy: { clientName: "test" } },
    ]);
  });

  test("withdraws its question when the turn is interrupted", async ({ join }) => {
    const client = await join();
    await setPolicy(client, "ask");
    const threadId = await startNetworked(client, [runs(fetching())], [says("Unheard.")]);
    const asked = await client.asked();
    const { turnId } = asked.params as { turnId: string };
    await client.request("turn/interrupt", { threadId, turnId });
    const { turn } = await client.notified("turn/completed");
    expect(turn.status).toBe("interrupted");
    expect(client.notifications("serverRequest/resolved").map(({ params }) => params.requestId)).toEqual([asked.id]);
    expect(served).toBe(0);
  });

  test.for(["the policy", "the thread's network"])("ends, when it is open, with %s", async (what, { join }) => {
    const client = await join();
    await setPolicy(client, "listed", [`127.0.0.1:${port}`]);
    const threadId = await startNetworked(client, [runs(fetching("forever"))], [says("Done.")]);
    await opened.promise;
    if (what === "the policy") await setPolicy(client, "listed", ["example.org"]);
    else {
      const sandboxPolicy = { ...networked, networkAccess: false };
      await client.request("thread/settings/update", { threadId, sandboxPolicy });
    }
    await client.notified("turn/completed");
    expect(outputs(client)).toEqual([expect.stringMatching(/^begun\n.*\nexit (18|52|56)\n$/s)]);
    await expect
      .poll(async () => (await client.request("skein/audit/list", { aboutThread: threadId })).data)
      .toContainEqual(
        expect.objectContaining({
          ...{ action: "egress.ended", subject: "127.0.0.1" },
          details: expect.objectContaining({ reason: what === "the policy" ? "policy" : "thread" }),
        }),
      );
  });

  test("is given up with its question when the server ends meanwhile, and the model knows that the command had begun", async ({
    join,
    server,
  }) => {
    const before = await join();
    await setPolicy(before, "ask");
    const threadId = await startNetworked(before, [runs(`echo begun; ${fetching()}`)], [says("Done.")]);
    const asked = await before.asked();
    await server.restart();
    const client = await join({ replay: true });
    const { thread } = await client.request("thread/resume", { threadId });
    const turn = thread.turns.at(-1);
    if (turn.status === "inProgress") {
      await client.notified("skein/thread/events", ({ events }) =>
        events.some(({ method }: { method: string }) => method === "turn/completed"),
      );
    }
    const { data } = await client.request("thread/items/list", { threadId });
    const items = data.map(({ item }: { item: { type: string } }) => item);
    expect(items.find(({ type }: { type: string }) => type === "commandExecution")).toMatchObject({ status: "failed" });
    const told = JSON.stringify(server.model.requests.at(-1)?.body.input);
    expect(told).toContain("outcome unknown");
    expect(told).not.toContain("did not run");
    expect(served).toBe(0);
    // Nobody is asked any more, and an answer that comes late counts for nothing.
    client.send({ id: asked.id, result: { decision: "accept" } });
    const later = await client.request("thread/resume", { threadId });
    expect(later.thread.status).toEqual({ type: "idle" });
  });

  test("is written into the audit log, and so is a change of the policy", async ({ join }) => {
    const client = await join();
    await setPolicy(client, "listed", [` LOCALHOST.Example. `, `127.0.0.1:${port}`, "127.0.0.1:9"]);
    const threadId = await startNetworked(
      client,
      [runs(`${fetching()}; curl -sS --noproxy '' -p http://127.0.0.1:9/`)],
      [says("Done.")],
    );
    await client.notified("turn/completed");
    await expect
      .poll(async () => {
        const { data } = await client.request("skein/audit/list", { aboutThread: threadId });
        return (data as { action: string; subject: string; details: object }[])
          .filter(({ action }) => action.startsWith("egress."))
          .map(({ action, subject, details }) => ({ action, subject, details }));
      })
      .toEqual(
        expect.arrayContaining([
          {
            action: "egress.allowed",
            subject: "127.0.0.1",
            details: expect.objectContaining({ port, rule: "policy" }),
          },
          {
            action: "egress.refused",
            subject: "127.0.0.1",
            details: expect.objectContaining({ port: 9, reason: "address" }),
          },
        ]),
      );
    const { data } = await client.request("skein/audit/list", {});
    expect(data).toContainEqual(
      expect.objectContaining({ action: "networkPolicy.changed", details: { mode: "listed", hosts: 3 } }),
    );
  });

  test("has a policy of hosts that are hosts", async ({ join }) => {
    const client = await join();
    const refused = client.request("skein/network/policy/update", { mode: "ask", hosts: ["https://example.org/"] });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("is no host") });
  });
});
