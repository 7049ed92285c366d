import type { Socket } from "node:net";

/**
 * Destroys the socket when something was sent on it and nothing has come back for `silenceMs`: a network that swallows packets,
 * a proxy or a host that stands still send no reset, and without this a statement would wait for ever. What was sent before it may have
 * been carried out. (Under TLS the bytes pass the socket by, and the operating system's own timeouts have to do.)
 */
export function cutSilentSocket(socket: Socket, silenceMs: number): void {
  let timer: NodeJS.Timeout | null = null;
  const cut = () => socket.destroy(Object.assign(new Error("the database does not answer"), { code: "ETIMEDOUT" }));
  const settle = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const write = socket.write.bind(socket) as (...parameters: unknown[]) => boolean;
  socket.write = (...parameters: unknown[]) => {
    timer ??= setTimeout(cut, silenceMs);
    return write(...parameters);
  };
  socket.on("data", settle);
  socket.on("close", settle);
}
