#!/usr/bin/env node
/** The operator's commands: `npm run --silent skein -- <command>`. */
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { Refusal } from "./operator/refusal.ts";
import { refused, runCommand } from "./operator/run-command.ts";

/** A reader that has had enough, such as `head`, is no fault of this program. */
function unreadable(error: Error): Refusal {
  return new Refusal(`the output cannot be written: ${error.message}`, { cause: error });
}
// Whoever writes is told; without a listener the process would end before.
process.stdout.on("error", () => {});

const output = {
  say: (line: string) => console.log(line),
  write: (data: string) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(data, (error) => (error ? reject(unreadable(error)) : resolve()));
    }),
};

try {
  const options = () => readConfig(process.env, process.getuid?.() === 0);
  process.exitCode = await runCommand(process.argv.slice(2), options, output);
} catch (error) {
  const isExpected = error instanceof Refusal || error instanceof ConfigError;
  console.error(isExpected ? `skein: ${error.message}` : error);
  process.exitCode = isExpected ? refused : 1;
}
