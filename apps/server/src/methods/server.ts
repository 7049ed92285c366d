import type { Isolation } from "@skein/core/ports";
import { PROTOCOL_VERSION } from "@skein/protocol/version";
import type { Models } from "../model/models.ts";
import { skeinVersion } from "../version.ts";
import type { Handlers } from "./handler.ts";

/** Counts of this process, for operators. */
export interface Gauges {
  readonly connections: number;
  readonly threadsLoaded: number;
  readonly nodes: number;
  readonly leaseAgeMs: number;
  readonly onBus: boolean;
  readonly runnersAway: number;
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
