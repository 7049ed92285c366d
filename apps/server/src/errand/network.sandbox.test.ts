/** Commands without a thread that want to connect to somewhere: as the team's policy says, with nobody to be asked. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { test as base } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

let target: Server;
let host: string;
let served: string[];

beforeAll(async () => {
  target = createServer((request, response) => {
    served.push(request.url ?? "");
    if (request.url === "/forever") response.write("begun\n");
    else response.end("hello from outside\n");
  });
  await new Promise<void>((resolve) => void target.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(target.address() as AddressInfo).port}`;
});
beforeEach(() => {
  served = [];
});
afterAll(() => {
  target.closeAllConnections();
  target.close();
});

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer({ SKEIN_INTERNAL_HOSTS: host });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
});

const waits = { timeout: 30_000 };
const fetching = (path = "/") => `curl -sS --noproxy '' -N -p http://${host}${path} 2>&1; echo "exit $?"`;

describe.skipIf(!hasBubblewrap)("a connection of a client's command", () => {
  let client: TestClient;
  beforeEach<{ join: () => Promise<TestClient> }>(async ({ join }) => {
    client = await join();
  });

  const allow = (mode: string, hosts: readonly string[]) =>
    client.request("skein/network/policy/update", { mode, hosts });
  const exec = async (more: object = {}): Promise<{ readonly stdout: string; readonly stderr: string }> =>
    client.request("command/exec", { command: ["sh", "-c", fetching()], ...more });
  const audited = async (action: string) => {
    const { data } = await client.request("skein/audit/list", { actions: [action] });
    return data.map(({ subject, details }: { subject: string; details: object }) => ({ subject, ...details }));
  };

  test("is made to a host of the list, unless the client wants none", async () => {
    await allow("listed", [host]);
    const port = Number(host.split(":")[1]);
    const stdout = "hello from outside\nexit 0\n";
    expect(await exec()).toMatchObject({ stdout });
    expect(await exec({ sandboxPolicy: { type: "dangerFullAccess" } })).toMatchObject({ stdout });
    await expect
      .poll(() => audited("egress.allowed"), waits)
      .toContainEqual({ subject: "127.0.0.1", port, rule: "policy" });
    for (const networkAccess of [false, undefined]) {
      const closed = await exec({ sandboxPolicy: { type: "workspaceWrite", networkAccess } });
      expect(closed.stdout).toMatch(/exit 7\n$/);
    }
    expect(served).toEqual(["/", "/"]);
  });

  test("is refused to any other host, and to one about which a person would be asked", async () => {
    await allow("listed", ["example.org"]);
    const place = `127.0.0.1, port ${host.split(":")[1]}`;
    const outside = `[skein: ${place}, is not on the team's list of hosts]\n`;
    expect(await exec()).toMatchObject({ stderr: outside });
    expect(await exec({ command: ["sh", "-c", `${fetching()}; ${fetching()}`] })).toMatchObject({ stderr: outside });
    await allow("ask", []);
    const unasked = `[skein: ${place}, needs the word of a person, who is asked about commands of threads only]\n`;
    const streamed = { processId: "p", streamStdoutStderr: true };
    expect(await exec(streamed)).toMatchObject({ stderr: "" });
    const told = client.notifications("command/exec/outputDelta").filter(({ params }) => params.stream === "stderr");
    expect(told.map(({ params }) => Buffer.from(params.deltaBase64, "base64").toString()).join("")).toBe(unasked);
    await expect.poll(async () => (await audited("egress.refused")).length, waits).toBeGreaterThanOrEqual(2);
    expect(served).toEqual([]);
  });

  test("ends when the policy allows it no more", async () => {
    await allow("listed", [host]);
    const command = ["sh", "-c", fetching("/forever")];
    await client.request("process/spawn", { command, processHandle: "p", cwd: "/workspaces/main" });
    await expect.poll(() => served, waits).toEqual(["/forever"]);
    await allow("off", []);
    const { stdout } = await client.notified("process/exited", ({ processHandle }) => processHandle === "p");
    expect(stdout).toMatch(/exit [1-9]\d*\n$/);
    await expect.poll(() => audited("egress.ended"), waits).toHaveLength(1);
  });
});
