/**
 * Which Host and Origin a request may carry. Host must match exactly, or a page of somebody else's could reach this
 * server through a name of theirs that resolves to it (DNS rebinding); Origin must match exactly, because browsers let
 * any page open a WebSocket.
 */
export interface PublicAddress {
  /** `http://127.0.0.1:4500` and the like, without a trailing slash. */
  readonly url: string;
  readonly origins: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  readonly secure: boolean;
  /** Two servers on one machine must not overwrite each other's cookie: cookies know no ports. */
  readonly cookieName: string;
}

const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

export function derivePublicAddress(publicUrl: string | null, port: number): PublicAddress {
  const url = new URL(publicUrl ?? `http://127.0.0.1:${port}`);
  const secure = url.protocol === "https:";
  const hosts = publicUrl === null ? loopbackNames.map((name) => `${name}:${port}`) : [url.host];
  // A browser leaves the port out where it is the scheme's own.
  if (publicUrl === null && port === 80) hosts.push(...loopbackNames);
  return {
    url: url.origin,
    hosts: new Set(hosts),
    origins: new Set(hosts.map((host) => `${url.protocol}//${host}`)),
    secure,
    cookieName: `${secure ? "__Host-" : ""}skein-${publicUrl === null ? port : portOf(url)}`,
  };
}

/** By which this machine reaches a server that listens there. */
export function deriveLocalUrl({ address, port }: { readonly address: string; readonly port: number }): string {
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Of the address that people use, so that it is the same on every node behind it. */
function portOf({ port, protocol }: URL): string {
  return port !== "" ? port : protocol === "https:" ? "443" : "80";
}

export function isAllowedHost(address: PublicAddress, host: string | undefined): boolean {
  return host !== undefined && address.hosts.has(host.toLowerCase());
}

/** Clients that are no browsers send no Origin; they have no cookie either and prove themselves by a token. */
export function isAllowedOrigin(address: PublicAddress, origin: string | undefined): boolean {
  return origin === undefined || address.origins.has(origin.toLowerCase());
}
