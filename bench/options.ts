import { parseArgs } from "node:util";

export interface Options {
  /** Names of scenarios; empty: all. */
  readonly scenarios: readonly string[];
  readonly servers: readonly string[];
  readonly rounds: number;
  /** Path of the real server's program; undefined: the one that e2e/tools installs. */
  readonly codex: string | undefined;
  /** Where V8 leaves a CPU profile of every Skein that runs; undefined: it does not. */
  readonly profileDirectory: string | undefined;
}

export const serverNames = ["codex", "skein", "skein-replay"] as const;

const defaultRounds = 3;

export const help = `npm run bench -- [options]
  --scenario NAME   may be repeated; all when absent
  --server NAME     ${serverNames.join(", ")}; may be repeated; all when absent
  --rounds N        ${defaultRounds} when absent; the servers take turns in every round
  --codex PATH      the real server's program; that of e2e/tools when absent
  --profile DIR     leaves a CPU profile of every Skein process in DIR
`;

/** Throws an error whose message is for people. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    // pnpm hands the separator on that npm ate.
    args: args.filter((arg) => arg !== "--"),
    options: {
      scenario: { type: "string", multiple: true },
      server: { type: "string", multiple: true },
      rounds: { type: "string" },
      codex: { type: "string" },
      profile: { type: "string" },
    },
  });
  const rounds = Number(values.rounds ?? defaultRounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds must be a whole number of at least 1");
  const servers = values.server ?? serverNames;
  const unknown = servers.find((name) => !serverNames.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--server ${unknown}: there are ${serverNames.join(", ")}`);
  const { scenario: scenarios = [], codex, profile: profileDirectory } = values;
  return { scenarios, servers, rounds, codex, profileDirectory };
}
