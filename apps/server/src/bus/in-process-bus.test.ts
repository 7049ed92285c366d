import { beforeEach, describe, expect, test } from "vitest";
import { busOfOneNode, InProcessHub } from "./in-process-bus.ts";
import { testBusContract } from "./testing/bus-contract.ts";

describe("the bus in one process", () => {
  let hub: InProcessHub;
  beforeEach(() => {
    hub = new InProcessHub();
  });
  testBusContract(async () => hub.join());
});

test("a single node is alone, and nothing is encoded for it", () => {
  const bus = busOfOneNode();
  expect(bus.state).toEqual({ type: "alone" });
  bus.publish("a", () => {
    throw new Error("encoded for nobody");
  });
});
