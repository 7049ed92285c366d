import type { ProcessExit } from "../../ports.ts";
import type { ProcessProgress } from "../tool.ts";
import { characterEnd, characterStart } from "./kept-output.ts";

/** What the whole agent takes one token for; an estimate on the high side. */
const BYTES_PER_TOKEN = 4;

export const DEFAULT_MAX_OUTPUT_TOKENS = 10_000;

export const approximateTokens = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/** Within the limit the text itself; beyond it the first and the last half of the limit, and a note that says so. */
export function shortenForModel(progress: ProcessProgress, maxTokens: number): string {
  const maxBytes = maxTokens * BYTES_PER_TOKEN;
  const bytes = Buffer.from(progress.text);
  if (bytes.length <= maxBytes) return progress.text;
  const half = Math.floor(maxBytes / 2);
  const headEnd = characterEnd(bytes, half);
  const tailStart = characterStart(bytes, bytes.length - half);
  const leftOutTokens = approximateTokens(progress.totalBytes - headEnd - (bytes.length - tailStart));
  return (
    `Note: the output was too long and its middle is left out. It had ${progress.totalLines} lines, ` +
    `about ${approximateTokens(progress.totalBytes)} tokens.\n\n` +
    `${bytes.subarray(0, headEnd).toString()}\n[… about ${leftOutTokens} tokens left out …]\n` +
    bytes.subarray(tailStart).toString()
  );
}

export interface CommandReport {
  readonly wallTimeMs: number;
  readonly progress: ProcessProgress;
  readonly processId: string;
  readonly maxOutputTokens: number;
  /** Something the model should know about how the command ran. */
  readonly note: string | null;
}

/** The answer to `exec_command` and `write_stdin`. */
export function presentCommandReport(report: CommandReport): string {
  const { progress } = report;
  const lines = [
    `Wall time: ${(report.wallTimeMs / 1000).toFixed(4)} seconds`,
    progress.exit === null ? `Process running with session ID ${report.processId}` : presentExit(progress.exit),
    `Original token count: ${approximateTokens(progress.totalBytes)}`,
  ];
  if (report.note !== null) lines.push(report.note);
  return `${lines.join("\n")}\nOutput:\n${shortenForModel(progress, report.maxOutputTokens)}`;
}

export function presentAborted(wallTimeMs: number): string {
  return `Wall time: ${(wallTimeMs / 1000).toFixed(1)} seconds\naborted by user`;
}

function presentExit(exit: ProcessExit): string {
  if (exit.exitCode !== null) return `Process exited with code ${exit.exitCode}`;
  return `Process was ended by signal ${exit.signal ?? "unknown"}`;
}
