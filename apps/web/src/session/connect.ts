import { connect, connectViewer } from "@skein/client/browser";
import { sessionText } from "@skein/client/outbox/session-storage";
import { clientName } from "./client-name.ts";
import type { Session } from "./session.ts";
import { sessionPath } from "./sign-in.ts";

/**
 * The client of this page: same origin, signed in by the cookie. What a person sent and the server has not taken is kept
 * under `owner`, so that nobody who signs in after them sends it.
 */
export function connectSession(owner: string, userId: string): Session {
  const client = connect(socketAddress(), {
    accessUrl: sessionPath,
    outboxStorage: sessionText(`skein.outbox.${owner}`),
    clientInfo: { name: clientName, title: "Skein", version: __APP_VERSION__ },
  });
  return Object.assign(client, { userId });
}

/** As a viewer of one thread. Nothing of theirs is kept. */
export function connectToShare(token: string): Session {
  const clientInfo = { name: clientName, title: "Skein", version: __APP_VERSION__ };
  return Object.assign(connectViewer(socketAddress(), { token, clientInfo }), { userId: "" });
}

function socketAddress(): string {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
