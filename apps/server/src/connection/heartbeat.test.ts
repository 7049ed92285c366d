import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { Heartbeat } from "./heartbeat.ts";

const everyMs = 20_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A peer that answers pings only when told to. */
function watchOne() {
  const heartbeat = new Heartbeat(everyMs);
  const socket = Object.assign(new EventEmitter(), { ping: vi.fn() });
  const peer = { isFull: false, lost: vi.fn() };
  heartbeat.watch(socket as unknown as WebSocket, peer);
  return { heartbeat, socket, peer, pong: () => socket.emit("pong") };
}

test("a peer that answers every ping stays, and one that stops answering is lost", () => {
  const { socket, peer, pong } = watchOne();
  for (let sweep = 0; sweep < 3; sweep++) {
    vi.advanceTimersByTime(everyMs);
    pong();
  }
  vi.advanceTimersByTime(everyMs);
  expect([socket.ping.mock.calls.length, peer.lost.mock.calls.length]).toEqual([4, 0]);
  vi.advanceTimersByTime(everyMs);
  expect([socket.ping.mock.calls.length, peer.lost.mock.calls.length]).toEqual([4, 1]);
});

test("a peer that has not taken what it was sent owes no answer to the ping behind it", () => {
  const { peer, socket } = watchOne();
  vi.advanceTimersByTime(everyMs);
  peer.isFull = true;
  vi.advanceTimersByTime(5 * everyMs);
  peer.isFull = false;
  vi.advanceTimersByTime(everyMs);
  expect([socket.ping.mock.calls.length, peer.lost.mock.calls.length]).toEqual([2, 0]);
});

test("a socket that is closed is watched no more, and a heartbeat that was stopped watches none", () => {
  const [closed, stopped] = [watchOne(), watchOne()];
  closed.socket.emit("close");
  stopped.heartbeat.stop();
  vi.advanceTimersByTime(3 * everyMs);
  for (const { socket } of [closed, stopped]) expect(socket.ping).not.toHaveBeenCalled();
});
