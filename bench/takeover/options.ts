import { parseArgs } from "node:util";

export interface TakeoverOptions {
  readonly leaseSeconds: readonly number[];
  readonly rounds: number;
}

export const help = `npm run takeover -- [options]
  --lease SECONDS   may be repeated; 2 and 10 when absent
  --rounds N        owners killed, and as many stopped, per lease; 10 when absent
`;

/** Throws an error whose message is for people. */
export function readOptions(args: readonly string[]): TakeoverOptions {
  const { values } = parseArgs({
    // pnpm hands the separator on that npm ate.
    args: args.filter((arg) => arg !== "--"),
    options: {
      lease: { type: "string", multiple: true, default: ["2", "10"] },
      rounds: { type: "string", default: "10" },
    },
  });
  const leaseSeconds = values.lease.map(Number);
  const rounds = Number(values.rounds);
  if (!leaseSeconds.every((seconds) => seconds > 0)) throw new Error(`--lease: ${values.lease} are no such numbers`);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds: ${values.rounds} is no such number`);
  return { leaseSeconds, rounds };
}
