/** Reads a tool's answer as a model does: from its text. */

export interface ToolResult {
  readonly text: string;
  /** What the command printed; the whole text where the answer has no such part. */
  readonly printed: string;
  /** null: still running, or no command. */
  readonly exitCode: number | null;
  /** Names the process when the command goes on in the background. */
  readonly sessionId: string | null;
  /** Somebody said no. */
  readonly declined: boolean;
}

const declinedPattern =
  /rejected by user|patch rejected|approval policy is never|reject command|was declined|not approved/i;

export function readToolResult(text: string): ToolResult {
  const marker = /^Output:\n?/m.exec(text);
  const head = marker === null ? text : text.slice(0, marker.index);
  const exitCode = /exited with code (-?\d+)|Exit code: (-?\d+)/i.exec(head);
  const sessionId = /session ID (\S+)/i.exec(head);
  return {
    text,
    printed: marker === null ? text : text.slice(marker.index + marker[0].length),
    exitCode: exitCode === null ? null : Number(exitCode[1] ?? exitCode[2]),
    sessionId: sessionId?.[1] ?? null,
    declined: exitCode === null && declinedPattern.test(head),
  };
}

/** A patch says so in words, a command by its exit code. */
export function succeeded(result: ToolResult): boolean {
  return result.exitCode === 0 || /^Success/m.test(result.text);
}

/** Lines that the command printed, without empty ones. */
export function printedLines(result: ToolResult): readonly string[] {
  return result.printed.split("\n").filter((line) => line.trim() !== "");
}
