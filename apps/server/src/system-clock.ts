import { setTimeout as delay } from "node:timers/promises";
import type { Clock, Ids } from "@skein/core/ports";
import { uuidv7 } from "uuidv7";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

export const timeOrderedIds: Ids = { uuid: uuidv7 };
