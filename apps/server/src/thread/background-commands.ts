import type { ThreadState } from "@skein/core/thread/evolve";

/** A command that runs on after the call that started it, as the protocol lists it. */
export interface BackgroundCommand {
  readonly itemId: string;
  readonly processId: string;
  readonly command: string;
  readonly cwd: string;
  // Of a process in a sandbox nothing outside knows these.
  readonly osPid: null;
  readonly cpuPercent: null;
  readonly rssKb: null;
}

export function presentBackground(
  { openItems }: Pick<ThreadState, "openItems">,
  processes: readonly { readonly itemId: string }[],
): BackgroundCommand[] {
  return processes.flatMap(({ itemId }) => {
    const item = openItems.get(itemId)?.item;
    if (item?.type !== "command" || item.processId === null) return [];
    const { processId, command, cwd } = item;
    return [{ itemId, processId, command, cwd, osPid: null, cpuPercent: null, rssKb: null }];
  });
}
