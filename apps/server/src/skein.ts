#!/usr/bin/env node
/** The operator's commands: `npm run --silent skein -- <command>`. */
import { once } from "node:events";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { Refusal } from "./operator/command.ts";
import { refused, runCommand } from "./operator/run-command.ts";

const output = {
  say: (line: string) => console.log(line),
  write: async (data: string) => {
    if (!process.stdout.write(data)) await once(process.stdout, "drain");
  },
};

try {
  const options = () => readConfig(process.env, process.getuid?.() === 0);
  process.exitCode = await runCommand(process.argv.slice(2), options, output);
} catch (error) {
  const isExpected = error instanceof Refusal || error instanceof ConfigError;
  console.error(isExpected ? `skein: ${error.message}` : error);
  process.exitCode = isExpected ? refused : 1;
}
