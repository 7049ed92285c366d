import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseInternalHosts } from "@skein/executor/egress/internal-hosts";
import { RefusedAddress } from "@skein/executor/egress/refused-address";
import type { EgressRules } from "@skein/executor/egress/resolve-target";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createGuardedFetch, type GuardedFetch } from "./guarded-fetch.ts";

let server: Server;
let port: number;
let paths: string[];
const opened: GuardedFetch[] = [];

beforeEach(async () => {
  paths = [];
  server = createServer((request, response) => {
    paths.push(`${request.headers.host} ${request.url}`);
    const to = new URL(request.url ?? "", "http://x").searchParams.get("to");
    if (to === null) response.end("hello");
    else response.writeHead(302, { location: to }).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** `answers`: in the order in which names are asked for. */
function open(internal: string, answers: readonly string[] = []): typeof fetch {
  const left = [...answers];
  const rules: EgressRules = {
    internal: parseInternalHosts(internal),
    ownAddresses: () => new Set(),
    lookup: async () => [left.shift() ?? "127.0.0.1"],
  };
  const guarded = createGuardedFetch(rules);
  opened.push(guarded);
  return guarded.fetch;
}

async function causeOf(request: Promise<Response>): Promise<unknown> {
  return request.then(
    async (response) => `answered ${await response.text()}`,
    (error: Error) => error.cause,
  );
}

test("reaches what the operator trusts, by its name", async () => {
  const response = await open(`api.example:${port}`)(`http://api.example:${port}/v1`);
  expect(await response.text()).toBe("hello");
  expect(paths).toEqual([`api.example:${port} /v1`]);
});

test.each(["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "inside.example"])(
  "does not connect to %s",
  async (host) => {
    expect(await causeOf(open("")(`http://${host}:${port}/`))).toBeInstanceOf(RefusedAddress);
    expect(paths).toEqual([]);
  },
);

test("does not follow a redirect to the inside", async () => {
  const guarded = open(`api.example:${port}`);
  const cause = await causeOf(guarded(`http://api.example:${port}/?to=http://127.0.0.1:${port}/secret`));
  expect(cause).toMatchObject({ name: "RefusedAddress", reason: "loopback" });
  expect(paths).toEqual([`api.example:${port} /?to=http://127.0.0.1:${port}/secret`]);
});

test("connects to the address that was judged and asks for no other", async () => {
  // A second question would be answered by an address at which nobody listens.
  const guarded = open(`127.0.0.1:${port}`, ["127.0.0.1", "127.0.0.2"]);
  expect(await (await guarded(`http://api.example:${port}/`)).text()).toBe("hello");
});

test("says that a name means nothing", async () => {
  const rules: EgressRules = { internal: [], ownAddresses: () => new Set(), lookup: async () => [] };
  const guarded = createGuardedFetch(rules);
  opened.push(guarded);
  expect(await causeOf(guarded.fetch("http://nothing.example/"))).toMatchObject({
    message: "nothing.example has no address",
  });
});
