/**
 * Git in a sandbox reads a repository over plain HTTP from the proxy, which speaks TLS with the host and says there who asks. So the
 * authorization is never where commands are, and a fault in Git, or a program that takes its place, cannot give it away.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isIP, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { HeaderChanges } from "./forward-request.ts";
import type { Target } from "./target.ts";

export interface Carrying extends Target {
  /** As the sandbox asks for it. */
  readonly url: URL;
  /** Connected, and nothing said on it yet. */
  readonly upstream: Socket;
  readonly authorization: string | null;
}

/** The message is for the person who asked. */
export class CarryingFailed extends Error {
  override readonly name = "CarryingFailed";
}

/** Whether a request is one of the two that reading a repository takes. */
export function readsRepository(method: string | undefined, { pathname, search }: URL): boolean {
  if (method === "GET") return pathname.endsWith("/info/refs") && search === "?service=git-upload-pack";
  return method === "POST" && pathname.endsWith("/git-upload-pack") && search === "";
}

/** Rejects with `CarryingFailed`. */
export async function carry({ upstream, ...rest }: Carrying): Promise<{
  readonly secured: TLSSocket;
  readonly changes: HeaderChanges;
}> {
  return { secured: await secure(upstream, rest.host), changes: changesOf(rest) };
}

/** Of all that the sandbox says; an authorization or a cookie of its own is not among it. */
const passedOn = new Set([
  "accept",
  "accept-encoding",
  "content-encoding",
  "content-length",
  "content-type",
  "git-protocol",
  "pragma",
  "user-agent",
]);

function changesOf({ host, port, url, authorization }: Omit<Carrying, "upstream">): HeaderChanges {
  const target = { host, port };
  return {
    given: (headers) => ({
      ...pick(headers),
      host: authorityOf(target),
      ...(authorization === null ? {} : { authorization }),
    }),
    answered: (status, { location, "set-cookie": _kept, ...headers }) => {
      if (status < 300 || status >= 400 || location === undefined) return headers;
      return { ...headers, location: follow(location, url, target) };
    },
  };
}

function pick(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => passedOn.has(name)));
}

/** Another path of the same host is one for the sandbox to ask for anew, as plainly as before; another host is none of it. */
function follow(location: string, { pathname }: URL, { host, port }: Target): string {
  const from = new URL(`https://${bracketed(host)}:${port}${pathname}`);
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  if (to?.origin === from.origin) return `http://${bracketed(host)}:${port}${to.pathname}${to.search}`;
  throw new CarryingFailed(`${host} sends on to ${to?.host || "somewhere else"}, which was not asked for`);
}

function secure(upstream: Socket, host: string): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const name = isIP(host) === 0 ? { servername: host } : {};
  const secured = connect({ socket: upstream, host, ...name, ALPNProtocols: ["http/1.1"] });
  const fail = (error: NodeJS.ErrnoException) => {
    secured.destroy();
    reject(new CarryingFailed(`no safe connection to ${host} could be made: ${error.code ?? error.message}`));
  };
  secured.once("error", fail);
  secured.on("error", () => secured.destroy());
  secured.once("close", () => fail(new Error("it was closed")));
  secured.once("secureConnect", () => resolve(secured));
  return promise;
}

function authorityOf({ host, port }: Target): string {
  return port === 443 ? bracketed(host) : `${bracketed(host)}:${port}`;
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
