import type { ProcessRegistry, SessionProcess } from "../tool.ts";

/** Of one thread, at a time. */
export const MAX_PROCESSES = 64;

/** Each may hold as much output as is kept of a command. */
const MAX_ENDED = 16;

export function createProcessRegistry(): ProcessRegistry {
  const running = new Map<string, SessionProcess>();
  const untold = new Map<string, SessionProcess>();
  return {
    add: (process) => void running.set(process.processId, process),
    get: (processId) => running.get(processId) ?? untold.get(processId),
    ended(processId) {
      const process = running.get(processId);
      if (process === undefined) return;
      running.delete(processId);
      untold.set(processId, process);
      if (untold.size > MAX_ENDED) untold.delete(untold.keys().next().value!);
    },
    forget(processId) {
      running.delete(processId);
      untold.delete(processId);
    },
    all: () => [...running.values()],
  };
}

/**
 * A number that the model can repeat without fault. Not counted from one: after a restart the model may still name a
 * process of before, and must not reach another by it.
 */
export function chooseProcessId(registry: ProcessRegistry, uuid: string): string {
  let number = 10_000 + (Number.parseInt(uuid.slice(-8), 16) % 90_000);
  while (registry.get(String(number)) !== undefined) number = number === 99_999 ? 10_000 : number + 1;
  return String(number);
}
