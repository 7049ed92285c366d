import type { ProcessRegistry, SessionProcess } from "../tool.ts";

/** Of one thread, at a time. */
export const MAX_PROCESSES = 64;

export function createProcessRegistry(): ProcessRegistry {
  const processes = new Map<string, SessionProcess>();
  return {
    add: (process) => void processes.set(process.processId, process),
    get: (processId) => processes.get(processId),
    remove: (processId) => void processes.delete(processId),
    all: () => [...processes.values()],
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
