/**
 * The only way out of one sandbox: an HTTP proxy on a unix socket that is mounted into it and nowhere else. What goes
 * through is decided by the gate of the command that asks, by the name it asks for, and then by where that name leads. It looks at
 * no TLS: what a host does with what it is sent is the host's matter.
 */
import { chmodSync, chownSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import type { NetworkGate, NetworkRequest } from "@skein/core/ports";
import { CarryingFailed, carry, readsRepository } from "./carry.ts";
import { canonicalAddress } from "./classify-address.ts";
import { connectTo } from "./connect-target.ts";
import { forwardRequest } from "./forward-request.ts";
import { gateNameOf } from "./proxy-environment.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import { RefusedAddress } from "./refused-address.ts";
import { type EgressRules, resolveTarget } from "./resolve-target.ts";
import { parseAuthority, targetOfUrl } from "./target.ts";

export interface EgressProxyOptions {
  /** Where it listens; the path must be free. */
  readonly socketPath: string;
  /** Who may connect; null: this process's user. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly rules: EgressRules;
  readonly limits: ProxyLimits;
}

/** Why a connection is not made, as the client is told. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const maxHeaderBytes = 16 * 1024;
/** Gates of commands that may still have something running; older ones are forgotten. */
const maxGates = 256;

export class EgressProxy {
  readonly socketPath: string;
  readonly #rules: EgressRules;
  readonly #limits: ProxyLimits;
  readonly #server: Server;
  readonly #gates = new Map<string, NetworkGate>();
  readonly #sockets = new Set<Duplex>();
  /** Ways out that are open. */
  readonly #open = new Map<Socket, { readonly gate: NetworkGate; readonly request: NetworkRequest }>();
  #movedBytes = 0;

  /** Listens when this returns. Throws when it cannot. */
  constructor(options: EgressProxyOptions) {
    this.socketPath = options.socketPath;
    this.#rules = options.rules;
    this.#limits = options.limits;
    this.#server = createServer({ maxHeaderSize: maxHeaderBytes, headersTimeout: 30_000, requestTimeout: 0 });
    this.#server.maxConnections = options.limits.maxConnections;
    this.#server.on("connection", (socket) => this.#track(socket));
    this.#server.on("connect", (message, socket, head) => void this.#tunnel(message, socket, head));
    this.#server.on("request", (message, response) => void this.#forward(message, response));
    this.#server.on("clientError", (_error, socket) => socket.destroy());
    this.#server.on("error", () => {});
    this.#server.listen(options.socketPath);
    chmodSync(options.socketPath, 0o600);
    if (options.owner !== null) chownSync(options.socketPath, options.owner.uid, options.owner.gid);
  }

  /** Connections that name the command are its gate's to decide, for as long as the sandbox lives. */
  admit(processId: string, gate: NetworkGate): void {
    this.#gates.set(processId, gate);
    const [oldest] = this.#gates.keys();
    if (this.#gates.size > maxGates && oldest !== undefined) this.#gates.delete(oldest);
  }

  /** Ends every connection. */
  close(): void {
    this.#gates.clear();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.socketPath, { force: true });
  }

  async #tunnel(message: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const gone = goneSignal(client);
    const stopWatching = watchForEnd(client);
    try {
      const target = parseAuthority(message.url ?? "");
      if (target === null) throw new Refusal(400, "this is no host and port to connect to");
      const request = { ...target, protocol: "https" as const };
      const { gate } = await this.#decide(message, request, gone, "allow");
      const upstream = await this.#connect(request, gate, gone);
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      stopWatching();
      this.#count(client);
      this.#count(upstream);
      client.pipe(upstream);
      upstream.pipe(client);
      upstream.once("close", () => client.destroy());
      client.once("close", () => upstream.destroy());
    } catch (error) {
      const { status, text } = describe(error);
      client.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headersOf(status)}\r\n${text}`, () =>
        client.destroy(),
      );
    }
  }

  async #forward(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = URL.canParse(message.url ?? "") ? new URL(message.url ?? "") : null;
      const target = url?.protocol === "http:" ? targetOfUrl(url) : null;
      if (url === null || target === null) throw new Refusal(400, "only addresses of http:// are forwarded");
      const gone = goneSignal(message.socket);
      const request = { ...target, protocol: "http" as const };
      const { gate, verdict } = await this.#decide(message, request, gone, null);
      if (verdict.type === "carry" && !readsRepository(message.method, url))
        throw new Refusal(403, "this way leads to the reading of a repository and to nothing else");
      const upstream = await this.#connect(request, gate, gone);
      const { secured, changes } =
        verdict.type === "carry" ? await carry({ ...target, ...verdict, url, upstream }) : {};
      // What is counted flows: from here to the forwarding nothing waits.
      this.#count(message);
      this.#count(secured ?? upstream);
      await forwardRequest(message, response, url, secured ?? upstream, changes);
    } catch (error) {
      const { status, text } = describe(error);
      if (response.headersSent) response.destroy();
      else message.socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headersOf(status)}\r\n${text}`);
    }
  }

  /** Decided by name, then by where the name leads. `only`: nothing else will do. Rejects with a `Refusal`. */
  async #decide(message: IncomingMessage, request: NetworkRequest, gone: AbortSignal, only: "allow" | null) {
    const { "proxy-authorization": named } = message.headers;
    const gate = this.#gates.get(gateNameOf(named) ?? "");
    if (gate === undefined) {
      // Without a name it may be a client, as git is one, that asks first how to give it.
      if (named !== undefined) [...this.#gates.values()].at(-1)?.refused(request, unknownCommand, "unknownCommand");
      throw new Refusal(407, unknownCommand);
    }
    if (this.#movedBytes >= this.#limits.maxBytes) {
      gate.refused(request, tooMuch, "bytes");
      throw new Refusal(403, tooMuch);
    }
    // An address needs no name server to be refused, and nobody to be asked about it.
    if (canonicalAddress(request.host) !== null) await this.#resolve(request, gate);
    const verdict = await gate.decide(request, gone);
    if (verdict.type === "deny") throw new Refusal(403, verdict.reason);
    if (only !== null && verdict.type !== only) throw new Refusal(403, "this way leads through no tunnel");
    return { gate, verdict };
  }

  /** Rejects with a `Refusal`. */
  async #connect(request: NetworkRequest, gate: NetworkGate, gone: AbortSignal): Promise<Socket> {
    const addresses = await this.#resolve(request, gate);
    gone.throwIfAborted();
    const { connectTimeoutMs: timeoutMs } = this.#limits;
    const upstream = await connectTo(addresses, request.port, { timeoutMs, signal: gone }).catch((error: unknown) => {
      const { code, message: why } = error as NodeJS.ErrnoException;
      throw new Refusal(502, `${request.host} does not answer: ${code ?? why}`);
    });
    this.#track(upstream);
    this.#open.set(upstream, { gate, request });
    this.#bound(upstream, request, gate);
    return upstream;
  }

  /** Ends the connection when it is idle or old, and when what had allowed it is over. */
  #bound(upstream: Socket, request: NetworkRequest, gate: NetworkGate): void {
    const { idleMs, maxAgeMs, lookMs } = this.#limits;
    const gone = goneSignal(upstream);
    upstream.setTimeout(idleMs, () => upstream.destroy());
    const age = setTimeout(() => upstream.destroy(), maxAgeMs);
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      // Where nobody can say, such as while the database is away, what is open stays until the next look.
      const holds = await gate.holds(request, gone).catch(() => true);
      isLooking = false;
      if (!holds) upstream.destroy();
    };
    const looks = setInterval(() => void look(), lookMs);
    upstream.once("close", () => {
      this.#open.delete(upstream);
      clearTimeout(age);
      clearInterval(looks);
    });
  }

  async #resolve(request: NetworkRequest, gate: NetworkGate): Promise<readonly string[]> {
    const resolution = await resolveTarget(request, this.#rules);
    if (resolution.type === "resolved") return resolution.addresses;
    if (resolution.type === "notFound") throw new Refusal(502, resolution.message);
    const { message } = new RefusedAddress(request.host, resolution.reason);
    gate.refused(request, message, "address");
    throw new Refusal(403, message);
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /** Whoever reads this stream reads it all the same. */
  #count(stream: Readable): void {
    stream.on("data", (chunk: Uint8Array) => {
      this.#movedBytes += chunk.length;
      if (this.#movedBytes > this.#limits.maxBytes) this.#endAll();
    });
  }

  /** All the bytes are moved. */
  #endAll(): void {
    for (const { gate, request } of this.#open.values()) gate.refused(request, tooMuch, "bytes");
    this.#open.clear();
    for (const socket of this.#sockets) socket.destroy();
  }
}

const unknownCommand = "the command that asks is not known; use the proxy as the environment names it";
const tooMuch = "this sandbox has moved all the bytes that it may";

function headersOf(status: number): string {
  const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="skein"\r\n' : "";
  return `${challenge}Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n`;
}

function describe(error: unknown): { readonly status: number; readonly text: string } {
  if (error instanceof CarryingFailed) return { status: 502, text: `skein: ${error.message}\n` };
  if (error instanceof Refusal) return { status: error.status, text: `skein: ${error.message}\n` };
  return { status: 502, text: `skein: the connection broke: ${error instanceof Error ? error.message : error}\n` };
}

function goneSignal(socket: Duplex): AbortSignal {
  const gone = new AbortController();
  const abort = () => gone.abort(new Error("the command does not want the connection any more"));
  if (socket.destroyed) abort();
  socket.once("close", abort);
  return gone.signal;
}

/** A client that closes its side before it has an answer wants none. Nothing of what it may have sent is taken. */
function watchForEnd(client: Duplex): () => void {
  const look = () => {
    if (client.readableLength === 0) client.read();
  };
  const end = () => client.destroy();
  client.on("readable", look);
  client.once("end", end);
  return () => {
    client.off("readable", look);
    client.off("end", end);
  };
}
