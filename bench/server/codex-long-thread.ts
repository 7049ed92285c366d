import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { neighbourOf, renumbered } from "./neighbouring-ids.ts";
import type { RepeatTurns } from "./server.ts";

/** The real server keeps a thread as a file of numbered lines: its head, and then what happened in each turn. */
export const repeatCodexTurns: RepeatTurns = async ({ dataDirectory }, { threadId, times }) => {
  const [name] = globSync(`sessions/**/rollout-*-${threadId}.jsonl`, { cwd: dataDirectory });
  if (name === undefined) throw new Error(`the real server has no file of the thread ${threadId}`);
  const path = join(dataDirectory, name);
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const [, second, third] = lines.flatMap((line, index) => (startedTurn(line) === null ? [] : [index]));
  const turnId = startedTurn(lines[second ?? -1]);
  if (second === undefined || third === undefined || turnId === null) throw new Error(`${path} has no three turns`);
  const target = neighbourOf(threadId);
  const turn = lines.slice(second, third);
  const repeated = Array.from({ length: times }, (_, index) => turn.map((line) => renamed(line, turnId, index))).flat();
  const whole = [...lines.slice(0, second), ...repeated].map((line, ordinal) =>
    line.replaceAll(threadId, target).replace(/"ordinal":\d+/, `"ordinal":${ordinal}`),
  );
  await writeFile(path.replace(threadId, target), `${whole.join("\n")}\n`);
  return target;
};

/** The id of the turn that the line starts; null when it starts none. */
function startedTurn(line: string | undefined): string | null {
  if (line === undefined) return null;
  const { type, payload } = JSON.parse(line);
  return type === "event_msg" && payload.type === "task_started" ? payload.turn_id : null;
}

function renamed(line: string, turnId: string, index: number): string {
  return line
    .replaceAll(turnId, renumbered(turnId, index))
    .replace(/"id":"msg_(\w+)/g, `"id":"msg_$1_${index}`)
    .replace(/"id":"([0-9a-f-]{36})"/g, (_, id: string) => `"id":"${renumbered(id, index)}"`);
}
