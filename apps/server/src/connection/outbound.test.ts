import type { CloseCode } from "@skein/protocol/close-codes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { highMarkBytes, maxKeptNotices, maxWaitingBytes, Outbound, stuckAfterMs, type Wire } from "./outbound.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const frame = (text: string) => Buffer.from(text);
const isDue = () => true;

/** A socket whose other side reads when `take` says so. */
function open() {
  const [sent, closed]: [string[], CloseCode[]] = [[], []];
  let pending: { readonly bytes: number; readonly written: (error?: Error) => void }[] = [];
  let drained = 0;
  const wire = {
    get writableLength() {
      return pending.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    write(message: Buffer, written: (error?: Error) => void) {
      sent.push(message.toString());
      pending.push({ bytes: message.length, written });
    },
  };
  const outbound = new Outbound(wire as unknown as Wire, {
    isOpen: true,
    drained: () => {
      drained += 1;
    },
    close: (code) => closed.push(code),
  });
  const take = (count = pending.length) => {
    const taken = pending.slice(0, count);
    pending = pending.slice(count);
    for (const { written } of taken) written();
  };
  return { outbound, sent, closed, take, drained: () => drained };
}

const big = "x".repeat(highMarkBytes);

test("a client is full above the high mark, and has room again below the low one", () => {
  const { outbound, take, drained } = open();
  outbound.write([frame(big)]);
  expect(outbound.isFull).toBe(false);
  outbound.write([frame("one more"), frame("x".repeat(100_000))]);
  expect(outbound.isFull).toBe(true);
  take(1);
  expect([outbound.isFull, drained()]).toEqual([true, 0]);
  take();
  expect([outbound.isFull, drained()]).toEqual([false, 1]);
});

test("answers wait while the client is full, and while they are not due, in their order", async () => {
  const { outbound, sent, take } = open();
  let isFirstDue = false;
  expect(outbound.answer(frame("at once"), isDue)).toBeNull();
  const first = outbound.answer(frame("first"), () => isFirstDue);
  const second = outbound.answer(frame("second"), isDue);
  outbound.release();
  expect(sent).toEqual(["at once"]);
  outbound.write([frame(`${big}!`)]);
  isFirstDue = true;
  outbound.release();
  expect(sent).toHaveLength(2);
  take();
  await Promise.all([first, second]);
  expect(sent.slice(2)).toEqual(["first", "second"]);
});

test("of notices a full client gets the newest of each kind, when it reads again and before its answers", () => {
  const { outbound, sent, take } = open();
  outbound.offer("status a", frame("at once"));
  outbound.write([frame(`${big}!`)]);
  outbound.offer("status a", frame("a is active"));
  outbound.offer("status b", frame("b is active"));
  outbound.offer("status a", frame("a is idle"));
  void outbound.answer(frame("an answer"), isDue);
  take();
  expect(sent.toSpliced(1, 1)).toEqual(["at once", "b is active", "a is idle", "an answer"]);
  outbound.write([frame(`${big}!`)]);
  sent.length = 0;
  for (let index = 0; index < maxKeptNotices + 10; index++) outbound.offer(`about ${index}`, frame(`${index}`));
  take();
  expect(sent).toHaveLength(maxKeptNotices);
  expect(sent.at(-1)).toBe(String(maxKeptNotices + 9));
});

test("a client that takes nothing for a minute is closed with the code that lets it resume", () => {
  const { outbound, closed, take } = open();
  outbound.write([frame(big), frame(big), frame(big)]);
  vi.advanceTimersByTime(stuckAfterMs - 1);
  take(1);
  vi.advanceTimersByTime(stuckAfterMs - 1);
  expect(closed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(closed.map(({ code }) => code)).toEqual([4413]);
});

test("answers that nobody reads are bounded in bytes", async () => {
  const { outbound, closed } = open();
  outbound.write([frame(`${big}!`)]);
  const half = frame("y".repeat(maxWaitingBytes / 2));
  const waiting = [1, 2, 3].map(() => outbound.answer(half, isDue));
  expect(closed).toEqual([]);
  expect(outbound.answer(half, isDue)).toBeNull();
  expect(closed.map(({ code }) => code)).toEqual([4413]);
  outbound.close();
  await Promise.all(waiting);
});
