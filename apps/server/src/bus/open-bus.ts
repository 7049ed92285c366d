import type { NatsAddress } from "../nats-address.ts";
import type { Bus } from "./bus.ts";
import { busOfOneNode } from "./in-process-bus.ts";
import { NatsBus } from "./nats-bus.ts";

interface BusLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** `nats`: null for a single node. */
export function openBus(nats: NatsAddress | null, nodeId: string, log: BusLog): Bus {
  if (nats === null) return busOfOneNode();
  return new NatsBus(nats, `skein ${nodeId}`, {
    changed: (state) =>
      state.type === "connected"
        ? log.info(state, "other nodes can be reached")
        : log.warn(state, "other nodes cannot be reached; their events come by way of the log"),
    failed: (what, err) => log.error({ err }, what),
  });
}
