/**
 * How long the viewers of a thread hear nothing when its owner is killed, and when it is stopped: two nodes on one
 * database with NATS, for each length of a lease.
 */
import { percentile } from "../report/percentile.ts";
import { openWorld } from "../soak/world.ts";
import { help, readOptions, type TakeoverOptions } from "./options.ts";
import { takeOver } from "./take-over.ts";

try {
  await measure(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${help}`);
  process.exitCode = 1;
}
process.exit();

async function measure({ leaseSeconds, rounds }: TakeoverOptions): Promise<void> {
  for (const lease of leaseSeconds) {
    const world = await openWorld(2, lease);
    try {
      const [first, second] = world.nodes;
      if (first === undefined || second === undefined) throw new Error("there are two nodes");
      for (const signal of ["SIGKILL", "SIGTERM"] as const) {
        const took: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          took.push(await takeOver(round % 2 === 0 ? [first, second] : [second, first], signal, lease));
        }
        console.log(`lease ${lease} s, ${signal}: ${describe(took)}`);
      }
    } finally {
      await world.stop();
    }
  }
}

function describe(tookMs: readonly number[]): string {
  const sorted = [...tookMs].sort((one, other) => one - other);
  const [least, p50, greatest] = [sorted[0] ?? 0, percentile(sorted, 0.5), sorted.at(-1) ?? 0].map((ms) =>
    (ms / 1000).toFixed(2),
  );
  return `next event after ${p50} s (${least}–${greatest}), ${tookMs.length} times`;
}
