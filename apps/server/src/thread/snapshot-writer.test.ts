import { initialState } from "@skein/core/thread/evolve";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { expect, test } from "vitest";
import { SnapshotWriter } from "./snapshot-writer.ts";

const knowledge = { state: initialState, timeline: emptyTimeline };

function open(seq: number) {
  const written: number[] = [];
  const failures: unknown[] = [];
  let gate = Promise.withResolvers<void>();
  const write = async (snapshot: { readonly seq: number }) => {
    written.push(snapshot.seq);
    await gate.promise;
  };
  const writer = new SnapshotWriter(seq, write, (reason) => failures.push(reason));
  /** Lets the write in flight end. */
  const end = async (reason?: Error) => {
    if (reason === undefined) gate.resolve();
    else gate.reject(reason);
    await writer.settled();
    gate = Promise.withResolvers();
  };
  return { writer, written, failures, end };
}

test("one write at a time, each 500 events after the last that was begun", async () => {
  const { writer, written, end } = open(0);
  for (const head of [1, 499, 500, 501, 2000]) writer.consider(head, knowledge);
  expect(written).toEqual([500]);
  await end();
  for (const head of [999, 1000]) writer.consider(head, knowledge);
  expect(written).toEqual([500, 1000]);
  await end();
});

test("a thread that was loaded from a snapshot goes on from there", () => {
  const { writer, written } = open(900);
  for (const head of [901, 1399, 1400]) writer.consider(head, knowledge);
  expect(written).toEqual([1400]);
});

test("a write that fails is told, and made good by the next", async () => {
  const { writer, written, failures, end } = open(0);
  writer.consider(500, knowledge);
  const away = new Error("away");
  await end(away);
  expect(failures).toEqual([away]);
  writer.consider(600, knowledge);
  writer.consider(1000, knowledge);
  expect(written).toEqual([500, 1000]);
});
