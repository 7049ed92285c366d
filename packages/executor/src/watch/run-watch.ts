import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { PathWatch } from "./path-watch.ts";
import { type WatchReport, type WatchTask, watchOrder } from "./watch-task.ts";

/** Watches what it is told to until nobody says anything any more. */
export async function runWatch(
  { within }: WatchTask,
  orders: Readable,
  say: (report: WatchReport) => void,
): Promise<void> {
  const watches = new Map<number, PathWatch>();
  for await (const line of createInterface({ input: orders })) {
    const order = watchOrder.parse(JSON.parse(line));
    const { id } = order;
    if (order.type === "remove") {
      watches.get(id)?.close();
      watches.delete(id);
      continue;
    }
    try {
      const tell = (changed: readonly (string | null)[]) => say({ type: "changed", id, changed });
      watches.set(id, new PathWatch(within, order.path, tell));
      say({ type: "added", id });
    } catch (error) {
      say({ type: "refused", id, code: (error as NodeJS.ErrnoException).code ?? "EIO" });
    }
  }
  for (const watch of watches.values()) watch.close();
}
