/** A connection that another node holds, as far as the methods of a thread's owner need it: who is there. */
import { type Encoding, encodingOf } from "../../subscription/encode.ts";
import type { Subscription } from "../../subscription/subscription.ts";
import type { ClientConnection } from "../client-connection.ts";
import type { Caller } from "./forwarded-request.ts";

const plain: Encoding = encodingOf(false, []);

export function farConnection({ principal, client, origin }: Caller): ClientConnection {
  return {
    principal,
    client,
    origin,
    encoding: plain,
    isClosed: false,
    gone: new AbortController().signal,
    untilRoom: staysAtItsNode,
    isFull: false,
    isSubscribedTo: () => false,
    subscriptionTo: () => undefined,
    unfollow: () => false,
    advanced: () => {},
    initialize: staysAtItsNode,
    follow: (): Subscription => staysAtItsNode(),
    watch: staysAtItsNode,
    types: staysAtItsNode,
    notify: staysAtItsNode,
    respond: staysAtItsNode,
    send: staysAtItsNode,
    offer: staysAtItsNode,
    ask: staysAtItsNode,
    settle: staysAtItsNode,
  };
}

function staysAtItsNode(): never {
  throw new Error("a method that is forwarded touched its connection, which another node holds");
}
