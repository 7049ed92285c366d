import type { FramedEvent, FramedMethod } from "@skein/protocol/replay";

/** A notification that an event of the log gives. `emittedAtMs`: when the event happened, ms since the epoch. */
export type WireNotification<M extends FramedMethod = FramedMethod> = M extends FramedMethod
  ? Omit<Extract<FramedEvent, { method: M }>, "seq"> & { readonly emittedAtMs: number }
  : never;
