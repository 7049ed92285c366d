/** Measures servers side by side: every round gives each of them the same work, one after the other, in turning order. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { help, type Options, readOptions } from "./options.ts";
import { Results } from "./report/results.ts";
import { type Figure, openBench, type Scenario } from "./scenario/scenario.ts";
import { scenariosNamed } from "./scenario/scenarios.ts";
import { codex, findCodex } from "./server/codex.ts";
import { startModel } from "./server/scripted-model.ts";
import type { StartServer } from "./server/server.ts";
import { skein } from "./server/skein.ts";

interface Subject {
  readonly name: string;
  readonly start: StartServer;
  readonly replay: boolean;
}

try {
  const options = readOptions(process.argv.slice(2));
  await run(options, scenariosNamed(options.scenarios), subjectsOf(options));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${help}`);
  process.exitCode = 1;
}

function subjectsOf({ servers, codex: given, profileDirectory }: Options): readonly Subject[] {
  const nodeArgs = profileDirectory === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`];
  return servers.map((name) => ({
    name,
    start: name === "codex" ? codex(findCodex(given)) : skein(nodeArgs),
    replay: name === "skein-replay",
  }));
}

async function run({ rounds }: Options, scenarios: readonly Scenario[], subjects: readonly Subject[]): Promise<void> {
  const model = await startModel();
  try {
    for (const scenario of scenarios) {
      const able = subjects.filter(({ name, replay }) => {
        if (scenario.onlyReplay === true) return replay;
        return scenario.onlySkein !== true || name === "skein";
      });
      const results = new Results(able.map(({ name }) => name));
      console.log(`\n### ${scenario.name}: ${scenario.title}\n`);
      for (let round = 0; round < rounds; round++) {
        for (const subject of round % 2 === 0 ? able : able.toReversed()) {
          const figures = await measure(scenario, subject, model.url);
          results.add(subject.name, figures);
          console.error(`round ${round + 1}, ${subject.name}, load ${loadavg()[0]?.toFixed(1)}: ${oneLine(figures)}`);
        }
      }
      console.log(results.table());
    }
  } finally {
    await model.stop();
  }
}

async function measure(scenario: Scenario, { start, replay }: Subject, modelUrl: string): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "skein-bench-"));
  // Embedded Postgres runs as another user when the bench runs as root.
  await chmod(directory, 0o755);
  try {
    const server = await start({ modelUrl, directory });
    try {
      return await scenario.measure(openBench(server, { replay }));
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function oneLine(figures: readonly Figure[]): string {
  return figures.map(({ name, value, unit }) => `${name} ${value.toFixed(2)} ${unit}`).join(", ");
}
