import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { Gate } from "../testing/gate.ts";
import type { Chunk } from "../thread/open-item.ts";
import { Chunker } from "./chunker.ts";

function openChunker(append: (chunks: readonly Chunk[]) => Promise<void> = () => Promise.resolve()) {
  const clock = new FakeClock();
  const appended: string[][] = [];
  const chunker = new Chunker({
    turnId: "turn-1",
    clock,
    append: (chunks) => {
      appended.push(chunks.map((chunk) => chunk.text));
      return append(chunks);
    },
  });
  return { clock, appended, chunker, text: chunker.buffer("item-1", "text", 0) };
}

test("the first text goes out at once, then what piled up every 40 ms", async () => {
  const { clock, appended, text } = openChunker();
  text.push("a");
  expect(appended).toEqual([["a"]]);
  text.push("b");
  text.push("c");
  await clock.untilSleeping(40, 40);
  expect(appended).toHaveLength(1);
  clock.advance(40);
  await clock.untilSleeping(40, 40);
  expect(appended).toEqual([["a"], ["bc"]]);
});

test("after a pause the next text goes out at once again", async () => {
  const { clock, appended, text } = openChunker();
  text.push("a");
  await clock.untilSleeping(40, 40);
  clock.advance(40);
  await new Promise((resolve) => setImmediate(resolve));
  text.push("b");
  expect(appended).toEqual([["a"], ["b"]]);
});

test("while an append is in flight there is no other, however long it takes", async () => {
  const gate = new Gate();
  const { clock, appended, text } = openChunker(() => gate.pass());
  text.push("a");
  clock.advance(500);
  text.push("b");
  text.push("c");
  expect(appended).toEqual([["a"]]);
  gate.open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(appended).toEqual([["a"], ["bc"]]);
});

test("the first text of another item does not wait for the pause", async () => {
  const { clock, appended, chunker, text } = openChunker();
  text.push("a");
  await clock.untilSleeping(40, 40);
  chunker.buffer("item-2", "output", 0).push("x");
  await new Promise((resolve) => setImmediate(resolve));
  expect(appended).toEqual([["a"], ["x"]]);
});

test("no chunk ends inside a surrogate pair, and nothing is lost", () => {
  const { chunker, text } = openChunker();
  text.push("a\ud83d");
  expect(chunker.drain()).toEqual([]);
  text.push("\ude00b\ud83d");
  expect(chunker.drain().map((chunk) => chunk.text)).toEqual(["\ud83d\ude00b"]);
  text.push("\ude01");
  expect(chunker.drain().map((chunk) => chunk.text)).toEqual(["\ud83d\ude01"]);
});

test("long text is cut into bounded chunks", () => {
  const { appended, text } = openChunker();
  const long = "x".repeat(16_383) + "\ud83d\ude00".repeat(10);
  text.push(long);
  expect(appended[0]?.map((chunk) => chunk.length)).toEqual([16_383, 20]);
  expect(appended[0]?.join("")).toBe(long);
});

test("what comes after an item's completion is dropped", () => {
  const { appended, chunker, text } = openChunker();
  text.push("a");
  text.push("b");
  chunker.close("item-1");
  text.push("c");
  expect(chunker.drain()).toEqual([]);
  expect(appended).toEqual([["a"]]);
});

test("a log that refuses stops the chunker quietly", async () => {
  const { appended, text } = openChunker(() => Promise.reject(new Error("refused")));
  text.push("a");
  await new Promise((resolve) => setImmediate(resolve));
  text.push("b");
  await new Promise((resolve) => setImmediate(resolve));
  expect(appended).toEqual([["a"]]);
});
