/**
 * Nodes trust each other, and a bus may still lose, double, delay and mangle what they say, and what they listen to is a name that somebody
 * else's program may use by mistake. Of two tenants at work on two nodes everything that is said is said again later, cut, turned and grown;
 * the nodes go on, every client has what the log has, nothing is done twice, and nothing comes to the other tenant.
 *
 * `SKEIN_TEST_FUZZ` and `SKEIN_TEST_FUZZ_SEED` as for clients' messages, of which there are four for each of these.
 */
import { setImmediate as nextPhase } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bus, maxPayloadBytes } from "../bus/bus.ts";
import { addTeam, type Teammate } from "../testing/add-team.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { helloOf, openClient } from "../testing/server-test.ts";
import { startTestCluster, type TestCluster } from "../testing/start-test-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";

const seed = Number(process.env.SKEIN_TEST_FUZZ_SEED ?? 20_261_121);
const messagesPerRound = 500;
const rounds = Math.ceil(Number(process.env.SKEIN_TEST_FUZZ ?? 4_000) / 4 / messagesPerRound);

interface Said {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly kind: "published" | "asked";
}

const said: Said[] = [];
const buses: Bus[] = [];
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster(2, (bus) => {
    buses.push(bus);
    return overheard(bus);
  });
});
afterAll(() => cluster.stop());

/** The bus, with everything that goes over it written down. */
function overheard(bus: Bus): Bus {
  const keep = (kind: Said["kind"], subject: string, payload: Uint8Array) => {
    if (said.length < 20_000) said.push({ kind, subject, payload });
  };
  return {
    get state() {
      return bus.state;
    },
    publish: (subject, encode) =>
      bus.publish(subject, () => {
        const payload = encode();
        keep("published", subject, payload);
        return payload;
      }),
    request: (subject, payload, timeoutMs) => {
      keep("asked", subject, payload);
      return bus.request(subject, payload, timeoutMs);
    },
    subscribe: (subject, listener) => bus.subscribe(subject, listener),
    answer: (subject, handler) => bus.answer(subject, handler),
    close: () => bus.close(),
  };
}

/** Numbers from 0 to below 1 that depend on the seed alone. */
function numbersFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What no node can take for a message, made of one that is. */
const mangled: readonly ((payload: Buffer, random: () => number) => Uint8Array)[] = [
  (payload, random) => payload.subarray(0, Math.floor(random() * (payload.length - 1))),
  (payload) => Buffer.concat([Buffer.from("}"), payload]),
  (payload) => Buffer.from([0, 255, 254, ...payload.subarray(0, 50)]),
  () => Buffer.alloc(0),
  () => Buffer.from("null"),
  () => Buffer.from("[]"),
  () => Buffer.from('{"head":"1","events":{}}'),
  () => Buffer.from('{"head":9007199254740993,"events":[{"seq":-1}]}'),
  () => Buffer.from(`${"[".repeat(20_000)}`),
  () => Buffer.from('{"id":null,"index":-1,"count":1e9}\n{}'),
  () => Buffer.from('{"__proto__":{"tenantId":"x"},"constructor":1}'),
  () => Buffer.from('{"id":"x","index":0,"count":1}\n{"caller":null,"thread":null,"ask":null}'),
  (payload) => Buffer.concat([payload, Buffer.alloc(maxPayloadBytes - payload.length, 0x20), Buffer.from("x")]),
];

/** As another node would: to the listeners of both. */
async function say({ subject, kind }: Said, payload: Uint8Array): Promise<void> {
  for (const bus of buses) {
    if (kind === "published") bus.publish(subject, () => payload);
    else void bus.request(subject, payload, 50);
  }
}

interface Side {
  readonly word: string;
  readonly people: Readonly<Record<"owner" | "member", Teammate>>;
  readonly threadId: string;
  readonly clients: readonly TestClient[];
}

async function open(word: string): Promise<Side> {
  const people = await addTeam(cluster.database, { owner: "owner", member: "member" });
  const join = async (node: number, token: string) => {
    const client = await openClient(cluster.nodes[node] as TestCluster["nodes"][number], token);
    await client.request("initialize", helloOf({ replay: true }));
    return client;
  };
  const owner = await join(0, people.owner.token);
  const far = await join(1, people.owner.token);
  const member = await join(1, people.member.token);
  const threadId = await startThread(owner, { environments: [] });
  await owner.request("skein/thread/grant/set", { threadId, userId: people.member.userId, level: "prompt" });
  for (const client of [far, member]) await client.request("thread/resume", { threadId });
  return { word, people, threadId, clients: [owner, far, member] };
}

/** One turn, begun at the node that does not own the thread. */
async function work({ word, threadId, clients }: Side, round: number): Promise<void> {
  const [owner, , member] = clients as [TestClient, TestClient, TestClient];
  const turnId = await startTurn(member, threadId, [says(`${word} in `, `round ${round}`)]);
  for (const client of [owner, member]) {
    await client.notified("skein/thread/events", ({ threadId: id, events }) => {
      return id === threadId && events.some(isEndOf(turnId));
    });
  }
  await owner.request("thread/name/set", { threadId, name: `${word} ${round}` });
}

const isEndOf = (turnId: string) => (event: { method: string; params: { turn?: { id: string } } }) =>
  event.method === "turn/completed" && event.params.turn?.id === turnId;

test(`what is said between nodes and mangled from the seed ${seed} harms nobody`, async () => {
  const random = numbersFrom(seed);
  const sides = await Promise.all([open("heron7c1"), open("plover5d9")]);
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(sides.map((side) => work(side, round)));
    for (let index = 0; index < messagesPerRound; index += 1) {
      const one = said[Math.floor(random() * said.length)] as Said;
      const mangle = mangled[Math.floor(random() * mangled.length * 2)];
      // Half of them as they were, late and in another order.
      await say(one, mangle === undefined ? one.payload : mangle(Buffer.from(one.payload), random));
      if (index % 50 === 0) await nextPhase();
    }
  }
  // Both nodes still serve, and say the same.
  await Promise.all(sides.map((side) => work(side, rounds)));
  for (const { word, threadId, clients } of sides) {
    const pages = await Promise.all(
      clients.map((client) => client.request("thread/turns/list", { threadId, limit: 200 })),
    );
    for (const { data } of pages) expect(data).toHaveLength(rounds + 1);
    const foreign = sides.find((side) => side.word !== word)?.word ?? "";
    for (const client of clients) {
      expect(JSON.stringify(client.frames)).not.toContain(foreign);
      const places = placesOf(client, threadId);
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
      expect(client.complaints).toEqual([]);
    }
  }
  for (const { clients } of sides) for (const client of clients) client.socket.terminate();
});

/** How far each frame reached, in the order in which they came. */
function placesOf(client: TestClient, threadId: string): readonly number[] {
  const frames = client.notifications("skein/thread/events").filter(({ params }) => params.threadId === threadId);
  return frames.map(({ params }) => params.to);
}
