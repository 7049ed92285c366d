/** The WebSocket as the connection needs it. Tests give one in memory. */
export interface Socket {
  /** Bytes that were given to `send` and are not on their way yet. */
  readonly bufferedAmount?: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** Called from the moment `openSocket` returns, never before. `closed` comes exactly once, also when the socket never opened. */
export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  closed(code: number, reason: string): void;
}

export type OpenSocket = (events: SocketEvents) => Socket;

/** By the browser's WebSocket, which brings the cookie along. `protocols`: what is said to the server besides, of which it chooses one. */
export function webSocketTo(url: string, protocols: readonly string[] = []): OpenSocket {
  return (events) => wireUp(new WebSocket(url, [...protocols]), events);
}

/** Passes a standard WebSocket's events on. What is no text is none of ours. */
function wireUp(socket: WebSocket, events: SocketEvents): Socket {
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("close", ({ code, reason }) => events.closed(code, reason));
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") events.message(data);
  });
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  };
}
