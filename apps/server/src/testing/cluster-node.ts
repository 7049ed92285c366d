/**
 * One node of a cluster as a process: the server, on a database that several share, with a clock and a bus that may be
 * wrong.
 */
import pino from "pino";
import { openApp } from "../app.ts";
import { openBus } from "../bus/open-bus.ts";
import { type Faults, faultyBus } from "../bus/testing/faulty-bus.ts";
import { readConfig } from "../config.ts";
import type { DatabaseTarget } from "../database/pools.ts";

/** What a test tells the process, as JSON in `SKEIN_TEST_NODE`. */
export interface NodeSetting {
  readonly database: DatabaseTarget;
  readonly faults: Faults | null;
  /** How far the clock of the machine is ahead; below 0: behind. */
  readonly clockAheadMs: number;
}

const setting = JSON.parse(process.env.SKEIN_TEST_NODE ?? "") as NodeSetting;
const trueTime = Date.now;
Date.now = () => trueTime() + setting.clockAheadMs;

try {
  const config = readConfig(process.env, process.getuid?.() === 0);
  const log = pino({ level: config.logLevel });
  const bus = openBus(config.nats, config.nodeId ?? "", log);
  const app = await openApp(config, log, {
    database: setting.database,
    bus: setting.faults === null ? bus : faultyBus(bus, setting.faults),
  });
  process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
  console.log(`Skein is ready at ${app.address.url}`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
