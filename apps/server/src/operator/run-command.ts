/** From a command line to an operator's command, and from what becomes of it to an exit code: 0 done, 1 not in order, 2 refused. */
import { parseArgs } from "node:util";
import { auditExport } from "./audit-export.ts";
import { auditPrune } from "./audit-prune.ts";
import { budget } from "./budget.ts";
import { budgetList } from "./budget-list.ts";
import { budgetMember } from "./budget-member.ts";
import type { OperatorCommand, Output } from "./command.ts";
import { dbRestored } from "./db-restored.ts";
import { logVerify } from "./log-verify.ts";
import { type OperatorDatabaseOptions, openOperatorDatabase } from "./operator-database.ts";
import { projectionsRebuild } from "./projections-rebuild.ts";
import { Refusal } from "./refusal.ts";
import { secretRotate } from "./secret-rotate.ts";
import { tenantDelete } from "./tenant-delete.ts";
import { threadExport } from "./thread-export.ts";
import { threadImport } from "./thread-import.ts";
import { usageRebuild } from "./usage-rebuild.ts";

const commands: readonly OperatorCommand[] = [
  dbRestored,
  logVerify,
  projectionsRebuild,
  threadExport,
  threadImport,
  tenantDelete,
  auditExport,
  auditPrune,
  secretRotate,
  budgetList,
  budgetMember,
  budget,
  usageRebuild,
];

export const refused = 2;

const wordCounts = ["nothing", "one word", "two words"];

export async function runCommand(
  argv: readonly string[],
  options: () => OperatorDatabaseOptions,
  output: Output,
): Promise<number> {
  if (argv.length === 0 || argv.includes("--help") || argv.includes("-h")) {
    output.say(describe(commands.filter(({ name }) => argv.join(" ").startsWith(name))));
    return argv.length === 0 ? refused : 0;
  }
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name);
  if (command === undefined) throw new Refusal(`there is no command ${argv.join(" ")}\n\n${describe([])}`);
  const { words, values } = parse(command, argv);
  const database = await openOperatorDatabase(options());
  try {
    return await command.run({ words, options: values, database, output });
  } finally {
    await database.close();
  }
}

function parse(command: OperatorCommand, argv: readonly string[]) {
  const args = argv.slice(command.name.split(" ").length);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: command.options, allowPositionals: true });
    if (positionals.length !== command.words)
      throw new TypeError(`beside its options it takes ${wordCounts[command.words] ?? `${command.words} words`}`);
    return { words: positionals, values: values as Readonly<Record<string, string | boolean | undefined>> };
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\nusage: skein ${command.name} ${command.usage}`);
  }
}

function describe(chosen: readonly OperatorCommand[]): string {
  const shown = chosen.length === 0 ? commands : chosen;
  const lines = shown.map(({ name, usage, summary }) => `  skein ${name} ${usage}\n      ${summary}`);
  return [
    "Commands for operators, on the data directory (SKEIN_DATA_DIR) or the database (DATABASE_URL) of a server:",
    ...lines,
  ].join("\n");
}
