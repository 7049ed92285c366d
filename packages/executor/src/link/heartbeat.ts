import type { WebSocket } from "ws";

/** Ends a connection whose other side is silent for two beats: a lost network closes nothing by itself. */
export function watchHeartbeat(socket: WebSocket, everyMs: number): void {
  let heard = true;
  const timer = setInterval(() => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }, everyMs);
  timer.unref();
  const hear = () => {
    heard = true;
  };
  socket.on("pong", hear);
  socket.on("ping", hear);
  socket.on("message", hear);
  socket.on("close", () => clearInterval(timer));
}
