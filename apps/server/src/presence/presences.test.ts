/** Several nodes on one bus, by a clock of the test's. */
import type { PresentPeople } from "@skein/protocol/notifications/presence";
import { expect, test } from "vitest";
import { InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import type { Principal, Share } from "../identity/principal.ts";
import { textOfFrame } from "../subscription/text-frame.ts";
import { Presences } from "./presences.ts";
import { believedForMs, lingerMs, tellEveryMs, typingForMs } from "./room.ts";
import { TestClock } from "./testing/test-clock.ts";
import type { Watcher } from "./watcher.ts";

const thread = { tenantId: "tenant", threadId: "thread" };
const share: Share = {
  ...{ linkId: "l", threadId: "thread", title: "Shared", level: "read", fromSeq: 0, frozenAtSeq: null },
};

class TestWatcher implements Watcher {
  readonly principal: Principal;
  readonly hearsPresence: boolean;
  readonly heard: (readonly PresentPeople[])[] = [];

  constructor(name: string, via: Principal["via"] = { type: "configuredToken" }, hearsPresence = true) {
    this.principal = { tenantId: "tenant", userId: name.toLowerCase(), role: "member", name, via };
    this.hearsPresence = hearsPresence;
  }

  offer(_about: string, notice: Buffer): void {
    this.heard.push(JSON.parse(textOfFrame(notice)).params.people);
  }

  get names(): readonly string[] {
    return (this.heard.at(-1) ?? []).map(({ name, count, typing }) => `${name ?? count}${typing ? " writes" : ""}`);
  }
}

const stranger = () => new TestWatcher("", { type: "shareLink", share, person: null });

function setUp() {
  const clock = new TestClock();
  const hub = new InProcessHub();
  const spoken: string[] = [];
  const open = (nodeId: string) => {
    const bus = hub.join();
    const presences = new Presences({
      ...{ bus, subjects: subjectsOf("db"), nodeId, clock },
      report: (problem) => spoken.push(problem),
    });
    return { bus, presences };
  };
  /** Time passes, and what nodes have told each other arrives. */
  const pass = async (ms: number) => {
    await delivered();
    clock.pass(ms);
    await delivered();
  };
  return { clock, hub, open, pass, spoken };
}

/** The bus delivers in a later phase; an answer takes two. */
async function delivered(): Promise<void> {
  for (let phase = 0; phase < 4; phase += 1) await new Promise((resolve) => setImmediate(resolve));
}

test("the first change is told at once, what follows together and a second later", async () => {
  const { open, pass } = setUp();
  const { presences } = open("one");
  const [ana, bo, cy] = [new TestWatcher("Ana"), new TestWatcher("Bo"), new TestWatcher("Cy")];
  presences.arrived(thread, ana);
  expect(ana.names).toEqual(["Ana"]);
  presences.arrived(thread, bo);
  presences.arrived(thread, cy);
  presences.types(thread, bo, true);
  expect(ana.heard).toHaveLength(1);
  await pass(tellEveryMs);
  for (const one of [ana, bo, cy]) expect(one.names).toEqual(["Ana", "Bo writes", "Cy"]);
  expect([ana, bo, cy].map(({ heard }) => heard.length)).toEqual([2, 1, 1]);
});

test("who reloads a page was never gone; who leaves is gone", async () => {
  const { open, pass } = setUp();
  const { presences } = open("one");
  const [ana, bo, again] = [new TestWatcher("Ana"), new TestWatcher("Bo"), new TestWatcher("Bo")];
  for (const one of [ana, bo]) presences.arrived(thread, one);
  await pass(tellEveryMs);
  const before = ana.heard.length;
  presences.left(thread, bo);
  presences.arrived(thread, again);
  await pass(10 * tellEveryMs);
  expect(ana.heard).toHaveLength(before);
  expect(again.names).toEqual(["Ana", "Bo"]);
  presences.left(thread, again);
  await pass(lingerMs);
  expect(ana.names).toEqual(["Ana"]);
});

test("what somebody writes ends by itself, unless they go on", async () => {
  const { open, pass } = setUp();
  const { presences } = open("one");
  const [ana, bo] = [new TestWatcher("Ana"), new TestWatcher("Bo")];
  for (const one of [ana, bo]) presences.arrived(thread, one);
  await pass(2 * tellEveryMs);
  presences.types(thread, bo, true);
  expect(ana.names).toEqual(["Ana", "Bo writes"]);
  await pass(typingForMs - 1);
  presences.types(thread, bo, true);
  await pass(typingForMs - 1);
  expect(ana.names).toEqual(["Ana", "Bo writes"]);
  await pass(1);
  expect(ana.names).toEqual(["Ana", "Bo"]);
  presences.types(thread, new TestWatcher("Who does not follow"), true);
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "Bo"]);
});

test("a thousand viewers cost each a message a second at most, and the bus one", async () => {
  const { open, pass, hub } = setUp();
  const { presences } = open("one");
  let spoken = 0;
  hub.join().subscribe(subjectsOf("db").presence("thread"), () => (spoken += 1));
  const ana = new TestWatcher("Ana");
  presences.arrived(thread, ana);
  const crowd = Array.from({ length: 1000 }, stranger);
  const seconds = 5;
  for (const [index, viewer] of crowd.entries()) {
    presences.arrived(thread, viewer);
    if (index % (crowd.length / seconds) === 0) await pass(tellEveryMs);
  }
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "1000"]);
  expect(crowd.every(({ heard }) => JSON.stringify(heard.at(-1)?.map(({ count }) => count)) === "[1,1000]")).toBe(true);
  const messages = crowd.reduce((sum, { heard }) => sum + heard.length, 0);
  expect(messages).toBeLessThanOrEqual(crowd.length * (seconds + 2));
  expect(spoken).toBeLessThanOrEqual(seconds + 3);
});

test("people of other nodes are seen from the first moment, and gone when they leave", async () => {
  const { open, pass } = setUp();
  const [one, two] = [open("one").presences, open("two").presences];
  const [ana, bo] = [new TestWatcher("Ana"), new TestWatcher("Bo")];
  one.arrived(thread, ana);
  await pass(60_000);
  two.arrived(thread, bo);
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "Bo"]);
  expect(bo.names).toEqual(["Ana", "Bo"]);
  two.types(thread, bo, true);
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "Bo writes"]);
  two.left(thread, bo);
  await pass(lingerMs);
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana"]);
});

test("who was at a node that is killed vanishes, and what the bus has lost comes with the next heartbeat", async () => {
  const { open, pass, clock } = setUp();
  const [one, two] = [open("one"), open("two")];
  const [ana, bo] = [new TestWatcher("Ana"), new TestWatcher("Bo")];
  one.presences.arrived(thread, ana);
  two.presences.arrived(thread, bo);
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "Bo"]);
  await pass(believedForMs * 4);
  expect(ana.names).toEqual(["Ana", "Bo"]);
  // Nothing of it is heard any more, not even that it goes.
  await two.bus.close();
  two.presences.stop();
  for (let beats = 0; beats < 5; beats += 1) await pass(believedForMs / 2);
  expect(ana.names).toEqual(["Ana"]);
  expect(clock.waiting).toBe(1);
});

test("another tenant's word about a thread, an old one and one that is none change nothing", async () => {
  const { open, pass, hub, spoken } = setUp();
  const { presences } = open("one");
  const ana = new TestWatcher("Ana");
  presences.arrived(thread, ana);
  const { presence } = subjectsOf("db");
  const people = { members: [], guests: [], unnamed: { members: 0, viewers: 7 } };
  const bus = hub.join();
  const say = (message: unknown) => bus.publish(presence("thread"), () => Buffer.from(JSON.stringify(message)));
  say({ nodeId: "two", tenantId: "other", number: 2, asks: true, people });
  say({ nodeId: "two", tenantId: "tenant", number: "x" });
  await pass(5 * tellEveryMs);
  expect(ana.heard).toHaveLength(1);
  expect(spoken).toEqual(["a message of another node was not understood"]);
  say({ nodeId: "two", tenantId: "tenant", number: 2, asks: false, people });
  say({
    nodeId: "two",
    tenantId: "tenant",
    number: 1,
    asks: false,
    people: { ...people, unnamed: { members: 9, viewers: 9 } },
  });
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "7"]);
});

test("a client that did not ask for it is seen, and told nothing", async () => {
  const { open, pass } = setUp();
  const { presences } = open("one");
  const [ana, terminal] = [new TestWatcher("Ana"), new TestWatcher("Bo", { type: "configuredToken" }, false)];
  for (const one of [ana, terminal]) presences.arrived(thread, one);
  await pass(tellEveryMs);
  expect(ana.names).toEqual(["Ana", "Bo"]);
  expect(terminal.heard).toEqual([]);
});
