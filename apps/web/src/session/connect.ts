import { connect } from "@skein/client/browser";
import { sessionText } from "@skein/client/outbox/session-storage";
import type { SkeinClient } from "@skein/client/skein-client";
import { sessionPath } from "./sign-in.ts";

/**
 * The client of this page: same origin, signed in by the cookie. What a person sent and the server has not taken is kept
 * under `owner`, so that nobody who signs in after them sends it.
 */
export function connectSession(owner: string): SkeinClient {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return connect(address.href, {
    accessUrl: sessionPath,
    outboxStorage: sessionText(`skein.outbox.${owner}`),
    clientInfo: { name: "skein_web", title: "Skein", version: __APP_VERSION__ },
  });
}
