import { connect } from "@skein/client/browser";
import type { SkeinClient } from "@skein/client/skein-client";
import { sessionPath } from "./sign-in.ts";

/** The client of this page: same origin, signed in by the cookie. */
export function connectSession(): SkeinClient {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return connect(address.href, {
    accessUrl: sessionPath,
    clientInfo: { name: "skein_web", title: "Skein", version: __APP_VERSION__ },
  });
}
