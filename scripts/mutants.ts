/**
 * Proves that the suite notices the faults of `mutations.ts`: makes a copy of the repository, lets the tests named there
 * pass in it, and then puts in one fault after the other, under each of which one of them has to fail.
 *
 * Exit code 0: every mutant was noticed. 1: one survived, or the copy could not be tested.
 */
import "./end-with-launcher.ts";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildIfChanged, runnerBuild } from "./builds.ts";
import { type Mutation, mutations } from "./mutations.ts";
import { repositoryRoot } from "./repository.ts";
import { runCommand } from "./run-command.ts";
import { installTestTools } from "./test-tools.ts";

/** Everything that git knows or would add; not `.git` itself. */
function copyRepository(target: string): void {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: repositoryRoot });
  for (const file of listed.toString().split("\0")) {
    if (file === "") continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(repositoryRoot, file), join(target, file), { verbatimSymlinks: true });
  }
}

/** What tests need and git does not know. No mutant goes into it. */
async function lendWhatIsMade(copy: string): Promise<void> {
  await installTestTools();
  await buildIfChanged(runnerBuild);
  cpSync(join(repositoryRoot, "apps/runner/dist"), join(copy, "apps/runner/dist"), { recursive: true });
  symlinkSync(join(repositoryRoot, "e2e/tools/node_modules"), join(copy, "e2e/tools/node_modules"));
}

interface Result {
  readonly passed: boolean;
  /** Full names of the tests that failed. */
  readonly failed: readonly string[];
}

async function runTests(copy: string, tests: Iterable<string>): Promise<Result> {
  const vitest = join(copy, "node_modules/.bin/vitest");
  const report = join(copy, "mutant-report.json");
  rmSync(report, { force: true });
  const reporters = ["--reporter", "dot", "--reporter", "json", "--outputFile.json", report];
  const passed = (await runCommand({ argv: [vitest, "run", ...reporters, ...tests], cwd: copy })) === 0;
  return { passed, failed: failedIn(readFileSync(report, "utf8")) };
}

function failedIn(report: string): readonly string[] {
  const { testResults } = JSON.parse(report) as {
    testResults: { assertionResults: { status: string; fullName: string }[] }[];
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return results.flatMap(({ status, fullName }) => (status === "failed" ? [fullName] : []));
}

/** By a test that fails: a file that does not even load has noticed nothing. */
async function isNoticed(copy: string, mutation: Mutation): Promise<boolean> {
  const path = join(copy, mutation.file);
  const text = readFileSync(path, "utf8");
  const parts = text.split(mutation.original);
  if (parts.length !== 2) {
    throw new Error(`"${mutation.name}": its text occurs ${parts.length - 1} times in ${mutation.file}, not once`);
  }
  writeFileSync(path, parts.join(mutation.mutant));
  try {
    const { failed } = await runTests(copy, mutation.tests);
    return failed.length > 0;
  } finally {
    writeFileSync(path, text);
  }
}

async function hunt(): Promise<number> {
  const copy = mkdtempSync(join(tmpdir(), "skein-mutants-"));
  try {
    // Postgres and the sandboxes run as other users, who must get to their programs.
    chmodSync(copy, 0o711);
    copyRepository(copy);
    await lendWhatIsMade(copy);
    const install = ["install", "--frozen-lockfile", "--prefer-offline", "--silent"] as const;
    if ((await runCommand({ argv: ["npx", "--yes", "pnpm@10.34.8", ...install], cwd: copy })) !== 0) return 1;
    const { passed } = await runTests(copy, new Set(mutations.flatMap(({ tests }) => tests)));
    if (!passed) {
      console.error("The tests do not pass without any mutant; there is nothing to be learnt from their failing.");
      return 1;
    }
    const survivors: string[] = [];
    for (const mutation of mutations) {
      console.log(`\n── mutant: ${mutation.name}`);
      if (!(await isNoticed(copy, mutation))) survivors.push(mutation.name);
    }
    const count = `${mutations.length - survivors.length} of ${mutations.length} mutants were noticed`;
    console.log(survivors.length === 0 ? `\n${count}.` : `\nFAILED: ${count}. Survived: ${survivors.join("; ")}.`);
    return survivors.length === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await hunt();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
