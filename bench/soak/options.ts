import { parseArgs } from "node:util";

export interface SoakOptions {
  readonly minutes: number;
  readonly nodes: number;
  readonly threads: number;
  readonly clients: number;
  readonly seed: number;
}

export const help = `npm run soak -- [options]
  --minutes N   of trouble; 10 when absent
  --nodes N     server processes on one database; 2 when absent; with 1 there is no NATS
  --threads N   8 when absent; every thread has a turn running at nearly all times
  --clients N   24 when absent; every client follows every thread
  --seed N      of what happens when and to whom; printed at the start
`;

/** Throws an error whose message is for people. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    // pnpm hands the separator on that npm ate.
    args: args.filter((arg) => arg !== "--"),
    options: {
      minutes: { type: "string", default: "10" },
      nodes: { type: "string", default: "2" },
      threads: { type: "string", default: "8" },
      clients: { type: "string", default: "24" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
    },
  });
  const numbers = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
  for (const [name, value] of Object.entries(numbers)) {
    const isFine = name === "minutes" ? value > 0 : Number.isInteger(value) && (value > 0 || name === "seed");
    if (!isFine) throw new Error(`--${name}: ${JSON.stringify(values[name as keyof typeof values])} is no such number`);
  }
  return numbers as unknown as SoakOptions;
}
