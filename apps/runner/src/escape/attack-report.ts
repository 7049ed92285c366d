/** Runs the attacks in an environment, and reads what they say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const program = readFileSync(join(import.meta.dirname, "attacks.pl"), "utf8");

/** What the attacks are told of the host, so that none fails for want of a name. */
export interface HostSecrets {
  readonly secret: string;
  readonly otherFile: string;
  readonly siblingFile: string;
  readonly secretFile: string;
  readonly dataDirectory: string;
  readonly serverPid: string;
  readonly shmId: string;
  readonly socketPath: string;
  readonly abstractName: string;
  readonly port: string;
  readonly port6: string;
  /** Of the host in its network; its loopback address where it has no other. */
  readonly address: string;
  readonly architecture: string;
}

/** A line for the shell. `protectsGit`: whether the policy keeps the repository's settings from commands. */
export function attackScript(host: HostSecrets, { protectsGit }: { readonly protectsGit: boolean }): string {
  const told = Object.entries({ ...host, protectsGit: protectsGit ? "1" : "" });
  const lines = told.map(([name, value]) => `${name}=${value}`).join("\n");
  const encode = (text: string) => Buffer.from(text).toString("base64");
  // Decoded inside, so that nothing of it needs quoting.
  return `exec perl -e "$(echo ${encode(program)} | base64 -d)" "$(echo ${encode(lines)} | base64 -d)"`;
}

export interface AttackReport {
  /** All that were tried. */
  readonly names: readonly string[];
  /** Name and what was got. */
  readonly broken: readonly string[];
}

/** Throws when the attacks did not come to their end. */
export function readReport(text: string): AttackReport {
  const lines = text.replaceAll("\r", "").trimEnd().split("\n");
  if (lines.at(-1) !== "finished") throw new Error(`the attacks did not finish: ${text.slice(-2000)}`);
  const results = lines.slice(0, -1).flatMap((line) => (line.includes("\t") ? [line.split("\t", 2)] : []));
  const names = results.map(([name = ""]) => name);
  const broken = results.filter(([, result]) => result !== "held").map(([name, result]) => `${name}: ${result}`);
  return { names, broken };
}
