/**
 * The whole suite in one command: checks, units, system tests, browser journeys. Goes on after a failure, so that one run
 * shows everything, and ends with one line. `--full` runs the same files at their full counts, and the mutants.
 *
 * Exit code 0: everything ran and passed. 1: something failed. 2: everything that ran passed, but something could not run.
 */
import "./end-with-launcher.ts";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { buildIfChanged, runnerBuild, webBuild } from "./builds.ts";
import { endLeftovers, markProcesses } from "./leftover-processes.ts";
import { compileCache, repositoryRoot } from "./repository.ts";
import { type Command, runCommand } from "./run-command.ts";
import {
  chromium,
  installLine,
  locate,
  natsServer,
  provideTools,
  type SystemTool,
  serverTools,
  tmux,
} from "./system-tools.ts";
import { installTestTools } from "./test-tools.ts";

interface Stage {
  readonly name: string;
  readonly command: Command;
  /** Without these it cannot run. */
  readonly needs: readonly SystemTool[];
}

type Outcome =
  | { readonly type: "passed" }
  | { readonly type: "failed"; readonly why: string }
  | { readonly type: "notRun"; readonly missing: readonly SystemTool[] };

/** How often a full run tries what a fast one tries a few times; the tests that read them have their own fast counts. */
const fullCounts = {
  SKEIN_TEST_RUNS: "2000",
  SKEIN_TEST_COMPACTIONS: "20000",
  SKEIN_TEST_DATABASE_RUNS: "300",
  SKEIN_TEST_LOST_REPLIES: "100",
  SKEIN_TEST_POSTGRES_KILLS: "100",
  // More than a turn of the test has: every one of them.
  SKEIN_TEST_KILL_POINTS: "1000",
  SKEIN_TEST_CUTS: "200",
  SKEIN_TEST_BYTE_CUTS: "10000",
  SKEIN_TEST_EXCHANGES: "20000",
  SKEIN_TEST_FUZZ: "120000",
};

const packageScript = (name: string, env: Command["env"] = {}): Command => ({
  argv: [process.execPath, "--run", name],
  env,
});
const playwright = join(repositoryRoot, "e2e/tools/node_modules/.bin/playwright");

function stages(isFull: boolean): readonly Stage[] {
  const counts = isFull ? fullCounts : {};
  // A mutant that only the full counts notice would pass every ordinary run.
  const mutants: Stage = { name: "mutants", command: packageScript("hunt-mutants"), needs: serverTools };
  return [
    { name: "format and lint", command: packageScript("check:format"), needs: [] },
    { name: "layers", command: packageScript("check:layers"), needs: [] },
    { name: "types", command: packageScript("check:types"), needs: [] },
    { name: "types of the journeys", command: packageScript("check:types:e2e"), needs: [] },
    { name: "unused code", command: packageScript("check:unused"), needs: [] },
    { name: "unit tests", command: packageScript("test:unit", counts), needs: [] },
    { name: "system tests", command: packageScript("test:system", counts), needs: [...serverTools, tmux, natsServer] },
    {
      name: "browser journeys",
      command: {
        argv: [playwright, "test", "--config", "e2e/playwright.config.ts"],
        env: { SKEIN_CHROMIUM: locate(chromium.commands) ?? "" },
      },
      needs: [...serverTools, chromium],
    },
    ...(isFull ? [mutants] : []),
  ];
}

async function verify(): Promise<number> {
  const runId = randomUUID();
  markProcesses(runId);
  Object.assign(process.env, compileCache);
  const isFull = process.argv.includes("--full");
  const missing = provideTools([...serverTools, chromium, tmux, natsServer]);
  await installTestTools();
  await Promise.all([buildIfChanged(runnerBuild), buildIfChanged(webBuild)]);
  const outcomes = new Map<string, Outcome>();
  for (const stage of stages(isFull)) outcomes.set(stage.name, await runStage(stage, missing, runId));
  return conclude(outcomes);
}

async function runStage(stage: Stage, missing: readonly SystemTool[], runId: string): Promise<Outcome> {
  const lacking = stage.needs.filter((tool) => missing.includes(tool));
  if (lacking.length > 0) return { type: "notRun", missing: lacking };
  console.log(`\n── ${stage.name}`);
  const exitCode = await runCommand(stage.command);
  const leftovers = await endLeftovers(runId, 5_000);
  for (const { pid, commandLine } of leftovers) console.error(`Left behind, now killed: ${pid} ${commandLine}`);
  if (exitCode !== 0) return { type: "failed", why: `exit code ${exitCode}` };
  if (leftovers.length > 0) return { type: "failed", why: `${leftovers.length} processes left behind` };
  return { type: "passed" };
}

/** Prints the closing line and returns the exit code. */
function conclude(outcomes: ReadonlyMap<string, Outcome>): number {
  const passed: string[] = [];
  const failed: string[] = [];
  const notRun: string[] = [];
  for (const [name, outcome] of outcomes) {
    switch (outcome.type) {
      case "passed":
        passed.push(name);
        break;
      case "failed":
        failed.push(`${name} (${outcome.why})`);
        break;
      case "notRun":
        notRun.push(`${name} (to install: ${installLine(outcome.missing)})`);
        break;
    }
  }
  const groups = [
    failed.length > 0 ? `FAILED: ${failed.join(", ")}` : null,
    notRun.length > 0 ? `NOT RUN: ${notRun.join(", ")}` : null,
    `passed: ${passed.join(", ") || "nothing"}`,
  ];
  console.log(`\n${groups.filter((group) => group !== null).join(". ")}.`);
  if (failed.length > 0) return 1;
  return notRun.length > 0 ? 2 : 0;
}

try {
  process.exitCode = await verify();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
