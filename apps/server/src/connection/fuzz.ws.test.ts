/**
 * Broken and hostile messages from several connections of several tenants at once. Each request is answered exactly once, nothing fails
 * inside, nobody hears of another, and the server holds no more afterwards than before.
 *
 * `SKEIN_TEST_FUZZ`: how many messages. `SKEIN_TEST_FUZZ_SEED`: from which number they are derived; the same number, the same messages.
 */
import { Writable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addPerson, addTenant, addToken, connectAs } from "../borders/testing/people.ts";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import { arbitraryMessage } from "./testing/arbitrary-message.ts";
import type { Known } from "./testing/arbitrary-params.ts";
import { FuzzingClient } from "./testing/fuzzing-client.ts";

const messages = Number(process.env.SKEIN_TEST_FUZZ ?? 4_000);
const seed = Number(process.env.SKEIN_TEST_FUZZ_SEED ?? 20_261_121);
/** Per connection, and answered before the next: a connection is refused more than 256 at once. */
const batch = 100;
const maxGrowthBytes = 96 * 1024 * 1024;

/**
 * The machine may be busy for longer than a lease, and a thread that is taken anew says so to its followers. What a limit refuses would
 * be tried against nothing else.
 */
const settings = {
  ...{ LOG_LEVEL: "info", SKEIN_LEASE_SECONDS: "3600" },
  ...{ SKEIN_RATE_REQUESTS_PER_CONNECTION: "off", SKEIN_RATE_MALFORMED: "off", SKEIN_RATE_INBOUND_KB: "off" },
};

let server: TestServer;
let log = "";

beforeAll(async () => {
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log += chunk;
      done();
    },
  });
  server = await startTestServer(settings, undefined, stream);
});

afterAll(() => server.stop());

/** A tenant that says nothing and has a thread, an approval and a message that waits, of which all others know the ids. */
async function openBystander() {
  const tenantId = await addTenant(server);
  const person = await addPerson(server, tenantId, "owner");
  const client = await connectAs(server, person.secret, { replay: true });
  const threadId = await startThread(client, { approvalPolicy: "untrusted" });
  const turnId = await startTurn(client, threadId, [says(marker), runs(`touch ${marker}`)], [says("Done.")]);
  const { id } = await client.asked();
  return { client, threadId, turnId, requestId: String(id) };
}

const marker = "bystander4d1e";

test(`${messages} messages from the seed ${seed}`, async () => {
  const bystander = await openBystander();
  const quiet = bystander.client.frames.length;
  const { url } = server.app.address;
  const one = await openClient(server);
  await one.request("initialize", { clientInfo: { name: "x", version: "1" }, capabilities: { experimentalApi: true } });
  const own = await startThread(one);
  const other = await addPerson(server, await addTenant(server), "owner");
  const viewer = await addPerson(server, other.tenantId, "viewer");
  const secrets = [server.accessToken, other.secret, viewer.secret, await addToken(server, other, ["read"])];
  const clients = await Promise.all([...secrets, server.accessToken].map((secret) => FuzzingClient.open(url, secret)));
  // The last one never says hello, unless a message of its own happens to.
  for (const client of clients.slice(0, -1)) client.send(hello);
  await Promise.all(clients.map((client) => client.settled()));

  const known: Known = {
    threadId: [own, own, own, bystander.threadId],
    turnId: [bystander.turnId],
    requestId: [bystander.requestId],
    cwd: ["/workspaces/main", server.root],
    name: ["a name"],
  };
  const arbitrary = arbitraryMessage(known);
  let baseline: number | null = null;
  const rounds = Math.ceil(messages / (batch * clients.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, client] of clients.entries()) {
      const texts = fc.sample(arbitrary, { seed: seed + round * clients.length + index, numRuns: batch });
      for (const text of texts) client.send(text);
    }
    await Promise.all(clients.map((client) => client.settled()));
    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(clients.filter(({ received }) => received.includes(marker))).toEqual([]);
    for (const client of clients) client.forget();
    // What is loaded and compiled on the way is there by then.
    if (round === Math.min(9, rounds - 1)) baseline = heapAfterCollection();
  }
  expect(heapAfterCollection() - (baseline ?? 0)).toBeLessThan(maxGrowthBytes);

  expect(bystander.client.frames.slice(quiet)).toEqual([]);
  bystander.client.send({ id: bystander.requestId, result: { decision: "accept" } });
  await bystander.client.notified("skein/thread/events", ({ events }) =>
    events.some(({ method }: { method: string }) => method === "turn/completed"),
  );
  for (const client of clients) client.end();
  // Owners may set any limit, and with so many messages some do: somebody of whom they know nothing.
  const stranger = await connectAs(server, (await addPerson(server, await addTenant(server), "owner")).secret);
  const thread = await startThread(stranger);
  expect((await runTurn(stranger, thread, [says("Still here.")])).status).toBe("completed");
  const failures = log.split("\n").filter((line) => /"level":[56]0/.test(line));
  // That is the machine's: some job in the background was given no time.
  expect(failures.filter((line) => !line.includes("the database does not answer"))).toEqual([]);
  for (const client of [one, stranger, bystander.client]) client.socket.terminate();
});

const hello = JSON.stringify({
  id: 0,
  method: "initialize",
  params: {
    clientInfo: { name: "fuzz", version: "1" },
    capabilities: { experimentalApi: true, extensions: { "skein/replay": {} } },
  },
});

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
