/** What the environment says of runners. */
import { runnerNamePattern } from "@skein/executor/host/runner-name";
import { readRunnerToken } from "@skein/executor/host/runner-token";
import { ConfigError } from "./config-error.ts";

/** `url` null: the node's own. */
export interface RunnerEntry {
  readonly name: string;
  readonly url: string | null;
}

/** `local,build=wss://host:port`: the first is where workspaces are made. Throws `ConfigError`. */
export function readRunners(value: string | undefined): readonly RunnerEntry[] {
  const entries = (value ?? "local").split(",").map((text) => readEntry(text.trim()));
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError(`SKEIN_RUNNERS: ${twice} is named twice`);
  return entries;
}

function readEntry(text: string): RunnerEntry {
  if (text === "local") return { name: text, url: null };
  const equals = text.indexOf("=");
  const [name, url] = [text.slice(0, equals), text.slice(equals + 1)];
  const wellFormed = equals > 0 && name !== "local" && runnerNamePattern.test(name);
  if (wellFormed && URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)) return { name, url };
  throw new ConfigError(`SKEIN_RUNNERS: ${JSON.stringify(text)} is neither local nor name=ws://host:port`);
}

/** Runners elsewhere want a token; without them it is nobody's. Throws `ConfigError`. */
export function readToken(
  runners: readonly RunnerEntry[],
  given: { readonly token: string | null; readonly file: string | null },
): string | null {
  const needed = runners.some(({ url }) => url !== null);
  try {
    const token = readRunnerToken(given);
    if (needed && token === null) throw new Error("SKEIN_RUNNERS names runners that want one");
    return token;
  } catch (error) {
    const variable = given.file === null ? "SKEIN_RUNNER_TOKEN" : "SKEIN_RUNNER_TOKEN_FILE";
    throw new ConfigError(`${variable}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
