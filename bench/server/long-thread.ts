/**
 * A thread of many turns, made in seconds: three short turns are played for real, and what the server stored of the
 * second is repeated in its store under new ids. The first is another, as it tells the model of the world, and the third
 * shows where the second ends. Turn after turn would take minutes, and the model would be sent the history every time.
 */
import type { RunningServer } from "./server.ts";

export interface Repeat {
  /** A thread of three turns that have ended. */
  readonly threadId: string;
  /** How often the second is repeated. */
  readonly times: number;
}

/** Gives the id of the new thread: the first turn, and the second so many times. */
export type RepeatTurns = (server: RunningServer, repeat: Repeat) => Promise<string>;

/** A UUIDv7 beside the given one, which both servers take for one of their own. */
export function neighbourOf(threadId: string): string {
  return renumbered(threadId, (Number.parseInt(threadId.slice(-6), 16) + 1) % 0x1000000);
}

export function renumbered(uuid: string, number: number): string {
  return uuid.slice(0, -6) + number.toString(16).padStart(6, "0");
}
