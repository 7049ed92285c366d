import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseNatsUrl } from "../nats-address.ts";
import type { Bus, BusState } from "./bus.ts";
import { NatsBus } from "./nats-bus.ts";
import { testBusContract } from "./testing/bus-contract.ts";
import { startNats, type TestNats } from "./testing/nats-server.ts";

let nats: TestNats;
const opened: Bus[] = [];

beforeAll(async () => {
  nats = await startNats();
});
afterEach(async () => {
  for (const bus of opened.splice(0)) await bus.close();
});
afterAll(() => nats.kill());

interface Watched {
  readonly bus: NatsBus;
  readonly failures: readonly string[];
  /** Resolves when its state is of this type. */
  becomes(type: BusState["type"]): Promise<void>;
}

function watch(url: string): Watched {
  const failures: string[] = [];
  const waiting: { type: BusState["type"]; resolve: () => void }[] = [];
  const address = parseNatsUrl(url);
  if (address === null) throw new Error(`${url} is no address`);
  const bus = new NatsBus(address, "test", {
    changed: ({ type }) => {
      for (const one of waiting) if (one.type === type) one.resolve();
    },
    failed: (what) => failures.push(what),
  });
  opened.push(bus);
  return {
    ...{ bus, failures },
    becomes: (type) => {
      if (bus.state.type === type) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ type, resolve }));
    },
  };
}

async function join(): Promise<NatsBus> {
  const { bus, becomes } = watch(nats.url);
  await becomes("connected");
  return bus;
}

describe("the bus over NATS", () => {
  testBusContract(join);

  test("a server that dies is noticed and found again, with everything that was listened to", async () => {
    const [one, two] = [watch(nats.url), watch(nats.url)];
    await Promise.all([one.becomes("connected"), two.becomes("connected")]);
    two.bus.answer("echo", async (payload) => payload);
    await nats.kill();
    await Promise.all([one.becomes("disconnected"), two.becomes("disconnected")]);
    expect(await one.bus.request("echo", new Uint8Array([1]), 10_000)).toEqual({ type: "nobody" });
    one.bus.publish("a", () => {
      throw new Error("encoded for nobody");
    });
    await nats.start();
    await Promise.all([one.becomes("connected"), two.becomes("connected")]);
    // The other's interest may reach the server a moment after this one's connection.
    let reply = await one.bus.request("echo", new Uint8Array([1]), 10_000);
    while (reply.type === "nobody") reply = await one.bus.request("echo", new Uint8Array([1]), 10_000);
    expect(reply).toMatchObject({ type: "reply" });
  });

  test("a reply that the server does not take is reported", async () => {
    const [asker, { bus, becomes, failures }] = [await join(), watch(nats.url)];
    await becomes("connected");
    bus.answer("garrulous", async () => new Uint8Array(2 * 1024 * 1024));
    // What one member sends a server takes in order: behind this it knows who answers.
    await bus.request("is.there.anybody", new Uint8Array(), 10_000);
    const asked = asker.request("garrulous", new Uint8Array(), 1_000);
    await expect.poll(() => failures).toEqual(["a request of another node could not be answered"]);
    expect(await asked).toEqual({ type: "silence" });
  });

  test("a server that freezes is noticed", async () => {
    const { becomes } = watch(nats.url);
    await becomes("connected");
    nats.freeze();
    await becomes("disconnected");
    nats.thaw();
    await becomes("connected");
  });

  test("a node starts without a server, says why, and finds it when it comes", async () => {
    await nats.kill();
    const { bus, becomes } = watch(nats.url);
    expect(bus.state).toEqual({ type: "disconnected", why: "not connected yet" });
    await nats.start();
    await becomes("connected");
  });
});
