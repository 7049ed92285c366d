/** The client for browsers: signed in by a cookie, which the upgrade carries and scripts cannot read. */
import { accessAt } from "./connection/access.ts";
import { webSocketTo } from "./connection/socket.ts";
import { SkeinClient, type SkeinClientOptions } from "./skein-client.ts";

export interface BrowserClientOptions extends SkeinClientOptions {
  /** Where the server tells whether this browser is signed in: a browser is not told why a socket was refused. */
  readonly accessUrl: string;
}

export interface ViewerOptions extends SkeinClientOptions {
  /** The secret of the link. */
  readonly token: string;
}

/** As somebody who sees one thread by a link. A link that leads nowhere closes the socket with a code that says so. */
export function connectViewer(url: string, { token, ...options }: ViewerOptions): SkeinClient {
  return new SkeinClient(webSocketTo(url, ["skein", `skein.share.${token}`]), options);
}

/** `url`: of the server's WebSocket. Begins to connect at once. */
export function connect(url: string, { accessUrl, ...options }: BrowserClientOptions): SkeinClient {
  return new SkeinClient(webSocketTo(url), { checkAccess: accessAt(accessUrl), ...options });
}
