import type { Isolation } from "@skein/core/ports";
import { PROTOCOL_VERSION } from "@skein/protocol/version";
import type { Models } from "../model/models.ts";
import { skeinVersion } from "../version.ts";
import type { Handlers } from "./handler.ts";

/** Counts of this process, for operators. */
export interface Gauges {
  readonly connections: number;
  readonly threadsLoaded: number;
  /** Nodes that are there, this one among them. */
  readonly nodes: number;
  /** Since the lease of a thread of this node was last proved, at the most. */
  readonly leaseAgeMs: number;
  /** Whether other nodes can be reached, where there may be some. */
  readonly onBus: boolean;
  /** Runners of the configuration that cannot be reached now. */
  readonly runnersAway: number;
  /** Threads at work that this node leaves to others, because it could not take them. */
  readonly threadsLeft: number;
}

/** `gauges`: null where they would tell one tenant of the others. */
export function serverHandlers(
  models: Models,
  isolation: () => Isolation,
  gauges: (() => Gauges) | null,
): Handlers<"server/diagnostics" | "skein/server/info"> {
  return {
    "server/diagnostics": () => {
      const own = { id: process.pid, physicalFootprintBytes: null };
      if (gauges === null) return { process: { ...own, residentMemoryBytes: 0 }, gauges: [] };
      return {
        process: { ...own, residentMemoryBytes: process.memoryUsage.rss() },
        gauges: presentGauges(gauges()),
      };
    },
    "skein/server/info": async (_params, { principal }) => {
      const { kind, defaultModel } = await models.offerFor(principal);
      return {
        version: skeinVersion,
        protocolVersion: PROTOCOL_VERSION,
        model: { kind, name: defaultModel },
        isolation: isolation(),
        principal: { name: principal.name },
      };
    },
  };
}

function presentGauges({ connections, threadsLoaded, nodes, leaseAgeMs, onBus, runnersAway, threadsLeft }: Gauges) {
  return [
    { name: "skein.connections", value: connections },
    { name: "core.threads.live", value: threadsLoaded },
    { name: "skein.nodes.live", value: nodes },
    { name: "skein.lease.ageMs", value: Math.round(leaseAgeMs) },
    { name: "skein.bus.connected", value: onBus ? 1 : 0 },
    { name: "skein.runners.away", value: runnersAway },
    { name: "skein.threads.left", value: threadsLeft },
  ];
}
