/** The client for Node: a WebSocket that carries a bearer token, tells why it was refused, and can be ended without its peer. */
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";
import { WebSocket } from "ws";
import type { OpenSocket, SocketEvents } from "./connection/socket.ts";
import { SkeinClient, type SkeinClientOptions } from "./skein-client.ts";

export interface NodeClientOptions extends SkeinClientOptions {
  /** An access token, or the server's `SKEIN_ACCESS_TOKEN`. */
  readonly token: string;
  /** Further headers of the upgrade, e.g. what a proxy before the server asks for. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * `url`: of the server's WebSocket, e.g. `ws://127.0.0.1:4500/ws`; a function is asked anew for every connection. Begins to
 * connect at once.
 */
export function connect(url: string | (() => string), { token, headers, ...options }: NodeClientOptions): SkeinClient {
  return new SkeinClient(nodeSocketTo(url, { ...headers, authorization: `Bearer ${token}` }), options);
}

function nodeSocketTo(url: string | (() => string), headers: Readonly<Record<string, string>>): OpenSocket {
  return (events) => {
    const socket = new WebSocket(typeof url === "string" ? url : url(), { headers, perMessageDeflate: false });
    wireUp(socket, events);
    return {
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (text) => socket.send(text),
      close: (code, reason) => {
        socket.close(code, reason);
        // Whoever is gone answers no goodbye, and would keep this process alive.
        setTimeout(() => socket.terminate(), goodbyeMs).unref();
      },
    };
  };
}

const goodbyeMs = 2_000;

function wireUp(socket: WebSocket, events: SocketEvents): void {
  let refusal: CloseCode | null = null;
  socket.on("open", () => events.opened());
  socket.on("message", (data, isBinary) => {
    if (!isBinary) events.message(data.toString());
  });
  socket.on("unexpected-response", (_request, { statusCode = 0 }) => {
    refusal = refusalOf(statusCode);
    socket.terminate();
  });
  // `close` follows, and says what there is to say.
  socket.on("error", () => {});
  socket.on("close", (code, reason) => events.closed(refusal?.code ?? code, refusal?.reason ?? reason.toString()));
}

/** A refused upgrade in the words of the close codes. */
function refusalOf(status: number): CloseCode | null {
  switch (status) {
    case 401:
      return closeCodes.signedOut;
    case 403:
      return closeCodes.forbidden;
    // Too often, too many, or a server that is about to be there.
    case 429:
    case 503:
      return closeCodes.tryAgainLater;
    default:
      return null;
  }
}
