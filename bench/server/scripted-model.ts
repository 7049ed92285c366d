/** The scripted model in a process of its own, the same for every server. */
import { join } from "node:path";
import { Program } from "./program.ts";

const entry = join(import.meta.dirname, "../../e2e/scripted-model/main.ts");

export interface Model {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startModel(): Promise<Model> {
  const program = new Program({ command: process.execPath, args: [entry], cwd: import.meta.dirname, env: {} });
  await program.ready(async () => program.output.includes("\n"));
  return { url: program.output.trim(), stop: () => program.stop() };
}
