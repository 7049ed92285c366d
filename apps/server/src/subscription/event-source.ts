import type { ThreadEvent } from "@skein/timeline/event";
import type { View } from "@skein/timeline/redact/view";

/** A part of the log: surviving events that are shown to somebody, oldest first, complete up to `through`. */
export interface LogPage {
  readonly events: readonly ThreadEvent[];
  readonly through: number;
  /** Where the log ended when the page was read. */
  readonly head: number;
  readonly logEpoch: number;
  /** From a source that gives what viewers see: what is open at `through`. */
  readonly view?: View;
}

/** The log of one thread, read in pages that are bounded in events and bytes. */
export interface EventSource {
  /** null: the thread is gone. */
  readAfter(seq: number): Promise<LogPage | null>;
  /** Bytes, as they are stored, of what `readAfter` would have to read in all. */
  sizeAfter(seq: number): Promise<number>;
}
