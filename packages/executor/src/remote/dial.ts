import { WebSocket } from "ws";
import {
  encodeHello,
  type Hello,
  linkCloseCodes,
  maxMessageBytes,
  parseWelcome,
  type Welcome,
} from "../link/handshake.ts";
import { watchHeartbeat } from "../link/heartbeat.ts";
import { heartbeatMs } from "../link/limits.ts";
import type { Carrier } from "../link/link.ts";

export interface RunnerAddress {
  readonly name: string;
  /** ws:// or wss:// */
  readonly url: string;
  readonly token: string;
}

export interface DialListener {
  /** Both sides have said hello. Throws what makes this connection useless. */
  welcomed(carrier: Carrier, welcome: Welcome): void;
  /** Throws when the runner does not speak the protocol. */
  received(message: Uint8Array): void;
  /** Once, however far it came. */
  lost(reason: string, runnerEndedSession: boolean): void;
}

export interface Dialled {
  /** `goodbye`: the runner need not keep the session. */
  hangUp(goodbye: boolean): void;
}

const handshakeTimeoutMs = 10_000;

/** One attempt to reach a runner, and the connection that comes of it. */
export function dial({ url, token }: RunnerAddress, hello: Hello, listener: DialListener): Dialled {
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${token}` },
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handshakeTimeout: handshakeTimeoutMs,
  });
  let reason: string | null = null;
  const attempt = (step: () => void): boolean => {
    try {
      step();
      return true;
    } catch (error) {
      reason ??= messageOf(error);
      socket.close(linkCloseCodes.misunderstood);
      return false;
    }
  };
  socket.on("unexpected-response", (_request, { statusCode }) => {
    reason = statusCode === 401 ? "it refuses this node's token" : `it answered with status ${statusCode}`;
    socket.terminate();
  });
  socket.on("error", (error) => {
    reason ??= messageOf(error);
  });
  socket.on("open", () => {
    watchHeartbeat(socket, heartbeatMs);
    socket.send(encodeHello(hello));
  });
  socket.once("message", (words) => {
    const carrier: Carrier = { send: (message) => socket.send(message) };
    if (!attempt(() => listener.welcomed(carrier, parseWelcome(String(words))))) return;
    socket.on("message", (message: Buffer) => attempt(() => listener.received(message)));
  });
  socket.on("close", (code) => listener.lost(reason ?? "the connection was lost", code === linkCloseCodes.broken));
  return { hangUp: (goodbye) => (goodbye ? socket.close(linkCloseCodes.goodbye) : socket.terminate()) };
}

/** Node's errors of a host with several addresses have no message of their own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
