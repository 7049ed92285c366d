/** A second client joins while a message is being written: how much of its text does it never see before the end? */
import type { Json } from "../client/rpc-socket.ts";
import { hearTurn, startThread, startTurn } from "../client/turn.ts";
import type { Bench, Figure, Scenario } from "./scenario.ts";

const steps = [{ type: "text", deltas: 200, size: 4, delayMs: 5 }] as const;
const joinsAfterCharacters = 400;

export const secondClient: Scenario = {
  name: "second-client",
  title: "a second client joins in the middle of an 800-character message",
  measure,
};

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const first = await bench.connect();
  const second = await bench.connect();
  const threadId = await startThread(first);
  const midway = Promise.withResolvers<void>();
  let length = 0;
  const ended = hearTurn(first, threadId, (delta) => {
    length += delta.length;
    if (length >= joinsAfterCharacters) midway.resolve();
  });
  await startTurn(first, threadId, steps);
  await midway.promise;
  const heard = hearTurn(second, threadId);
  const opened = second.request("thread/resume", { threadId, initialTurnsPage: { itemsView: "full" } });
  const [{ text: whole }, { text: streamed }, page] = await Promise.all([ended, heard, opened]);
  first.close();
  second.close();
  const seen = openText(page) + streamed;
  if (!whole.endsWith(seen)) throw new Error("the second client's text is not the end of the first's");
  return [{ name: "missed", value: whole.length - seen.length, unit: "characters" }];
}

/** The text of the message that was open when the page was read. */
function openText({ thread, initialTurnsPage }: Json): string {
  const turns: Json[] = [...(thread.turns ?? []), ...(initialTurnsPage?.data ?? [])];
  const messages = turns.flatMap(({ items }) => items).filter(({ type }) => type === "agentMessage");
  return messages.at(-1)?.text ?? "";
}
