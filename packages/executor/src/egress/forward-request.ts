import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";

/** What speaks of this connection and not of the message (RFC 9110 §7.6.1), and what is for the proxy. */
const ofConnection = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What becomes of the headers on their way. */
export interface HeaderChanges {
  given(headers: IncomingHttpHeaders): IncomingHttpHeaders;
  /** Throws when the answer must not be passed on. */
  answered(status: number, headers: IncomingHttpHeaders): IncomingHttpHeaders;
}

const unchanged: HeaderChanges = { given: (headers) => headers, answered: (_status, headers) => headers };

/**
 * Sends a plain request on over `upstream`, and its answer back. The host that it is for is that of its address, which was
 * decided about, and no other that a header may name. Rejects when either side breaks.
 */
export async function forwardRequest(
  message: IncomingMessage,
  response: ServerResponse,
  url: URL,
  upstream: Socket,
  changes: HeaderChanges = unchanged,
): Promise<void> {
  const sent = send({
    createConnection: () => upstream,
    method: message.method,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...changes.given(endToEnd(message.headers)), connection: "close" },
    setHost: false,
  });
  const answering = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
    // Nothing was upgraded: the header that asks for it is not passed on.
    sent.once("upgrade", () => reject(new Error("the host changed the protocol unasked")));
  });
  response.once("close", () => upstream.destroy());
  const given = pipeline(message, sent);
  given.catch(() => {});
  const answer = await answering;
  const status = answer.statusCode ?? 502;
  response.writeHead(status, { ...changes.answered(status, endToEnd(answer.headers)), connection: "close" });
  await pipeline(answer, response);
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== "host" && !ofConnection.has(name) && !named.includes(name)),
  );
}
