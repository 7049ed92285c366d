/** The stock terminal client when a command of its thread wants to connect to somewhere about which a person decides. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect } from "vitest";
import { WebSocket } from "ws";
import { TestClient } from "../../apps/server/src/testing/test-client.ts";
import type { ServerProcess } from "../skein/server-process.ts";
import type { RecordingProxy } from "./recording-proxy.ts";
import type { Terminal } from "./terminal.ts";
import { test as base, token } from "./terminal-test.ts";

const timeout = 180_000;
const ready = /^› Ask Codex to do anything/m;

interface Outside {
  readonly port: number;
  /** How many requests came. */
  readonly served: () => number;
}

interface Fixtures {
  readonly outside: Outside;
  readonly environment: Readonly<Record<string, string>>;
}

const test = base.extend<Fixtures>({
  outside: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      let served = 0;
      const http = createServer((_request, response) => {
        served += 1;
        response.end("hello from outside\n");
      });
      http.listen(0, "127.0.0.1");
      await once(http, "listening");
      await use({ port: (http.address() as AddressInfo).port, served: () => served });
      http.close();
      await once(http, "close");
    },
    { scope: "file" },
  ],
  environment: [
    // What tenants name may not lead to this machine, else.
    async ({ outside }, use) => await use({ SKEIN_INTERNAL_HOSTS: `127.0.0.1:${outside.port}` }),
    { scope: "file" },
  ],
});

/** From now on people decide about every host. */
async function letPeopleDecide({ url }: ServerProcess): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const client = new TestClient(new WebSocket(url.replace(/^http/, "ws"), { headers }));
  await once(client.socket, "open");
  await client.request("initialize", {
    clientInfo: { name: "test", version: "1" },
    capabilities: { experimentalApi: true },
  });
  await client.request("skein/network/policy/update", { mode: "ask", hosts: [] });
  await client.close();
}

async function send(terminal: Terminal, prompt: string): Promise<void> {
  await terminal.shows(ready);
  await terminal.paste(prompt);
  await terminal.showsNoMore(ready);
  await terminal.press("Enter");
}

/** The proxy of the sandbox is asked also for what is near. */
const fetching = ({ port }: Outside) => `run curl -sS --noproxy '' -p http://127.0.0.1:${port}/; echo "exit $?"`;
const question = /Do you want to approve network access to "127\.0\.0\.1"\?/;
/** The last turn has come to its end. */
const idle = /Worked for [^\n]+\n+› Ask Codex to do anything/;

const asked = ({ frames }: RecordingProxy) =>
  frames.filter(({ message }) => message.method === "item/commandExecution/requestApproval").length;

describe.skipIf(!existsSync("/usr/bin/bwrap"))("a command wants to connect to somewhere", () => {
  test.beforeEach(({ server }) => letPeopleDecide(server));

  test("allowed for the conversation: the command goes on, and the next one is not asked about", { timeout }, async ({
    open,
    proxy,
    outside,
  }) => {
    const before = outside.served();
    const terminal = await open();
    await send(terminal, fetching(outside));
    const screen = await terminal.shows(/esc to cancel/);
    expect(screen).toMatch(question);
    expect(screen).toMatch(/The command wants to connect to 127\.0\.0\.1, port \d+/);
    expect(outside.served()).toBe(before);
    await terminal.press("a");
    await terminal.shows(/└ hello from outside\n +exit 0/);
    await terminal.shows(idle);
    await send(terminal, fetching(outside));
    await terminal.shows(/hello from outside[\s\S]*› run curl[\s\S]*└ hello from outside\n +exit 0/);
    expect(asked(proxy)).toBe(1);
    expect(outside.served()).toBe(before + 2);
  });

  test("declined: the connection is refused, the command goes on, and the next one is asked about", {
    timeout,
  }, async ({ open, proxy, outside }) => {
    const before = outside.served();
    const terminal = await open();
    await send(terminal, fetching(outside));
    const screen = await terminal.shows(/esc to cancel/);
    // The client goes by the first of those that share a key.
    const keys = [...screen.matchAll(/^[› ]+\d\. .*\((\w+)\)$/gm)].map(([, key]) => key);
    expect(keys).toEqual(["y", "a", "p", "d", "esc"]);
    await terminal.press("d");
    await terminal.shows(/a person declined the connection to 127\.0\.0\.1/);
    await terminal.shows(idle);
    await send(terminal, fetching(outside));
    await expect.poll(() => asked(proxy), { timeout: 30_000 }).toBe(2);
    await terminal.shows(question);
    await terminal.press("y");
    await terminal.shows(/└ hello from outside\n +exit 0/);
    expect(outside.served()).toBe(before + 1);
  });
});
