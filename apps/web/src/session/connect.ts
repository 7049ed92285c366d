import { connect, type SkeinClient } from "@skein/client/skein-client";
import { readSignIn } from "./sign-in.ts";

/** The client of this page: same origin, signed in by the cookie. */
export function connectSession(): SkeinClient {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const client = connect(address.href, {
    clientInfo: { name: "skein_web", title: "Skein", version: __APP_VERSION__ },
  });
  watchSignIn(client);
  return client;
}

/** A browser is not told why a socket was refused. After each failed attempt the page asks whether it is still signed in. */
function watchSignIn(client: SkeinClient): void {
  let asked = -1;
  client.state.subscribe(() => {
    const state = client.state.getSnapshot();
    if (state.type !== "backoff" || state.attempt === asked) return;
    asked = state.attempt;
    void readSignIn().then((signIn) => {
      if (signIn.type === "signedOut" && client.state.getSnapshot().type !== "live")
        client.deny("signedOut", "signed out");
    });
  });
}
