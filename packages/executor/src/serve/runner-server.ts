/** The runner's door: nodes with the token come in by WebSocket, everybody else is turned away before anything is read. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { LocalHost } from "../host/local-host.ts";
import { maxMessageBytes } from "../link/handshake.ts";
import { watchHeartbeat } from "../link/heartbeat.ts";
import { defaultMaxKeptBytes, defaultResumeWithinMs, heartbeatMs } from "../link/limits.ts";
import { RunnerSessions } from "./runner-sessions.ts";

export interface RunnerServerOptions {
  readonly host: LocalHost;
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** The secret that nodes show as `Authorization: Bearer …`. */
  readonly token: string;
  readonly maxKeptBytes?: number;
  readonly resumeWithinMs?: number;
  report(problem: string, error: unknown): void;
}

export interface RunnerServer {
  readonly url: string;
  /** Ends every session and all that runs. */
  stop(): Promise<void>;
}

/** For nodes to say goodbye. */
const farewellMs = 1_000;

/** Resolves when it listens. */
export async function startRunnerServer(options: RunnerServerOptions): Promise<RunnerServer> {
  const { host, report } = options;
  const sessions = new RunnerSessions({
    ...{ host, report },
    maxKeptBytes: options.maxKeptBytes ?? defaultMaxKeptBytes,
    resumeWithinMs: options.resumeWithinMs ?? defaultResumeWithinMs,
  });
  const nodes = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  const isNode = tokenCheck(options.token);
  const server = createServer((request, response) => {
    const healthy = request.method === "GET" && request.url === "/healthz";
    response.writeHead(healthy ? 200 : 404, { "content-type": "application/json" });
    response.end(
      healthy
        ? JSON.stringify({ status: "ok", isolation: host.facts.isolation, limits: host.facts.limits.level })
        : "{}",
    );
  });
  server.on("upgrade", (request, socket: Socket, head) => {
    socket.on("error", () => socket.destroy());
    const refusal = decideRefusal(request, isNode);
    if (refusal !== null) return turnAway(socket, refusal);
    socket.setNoDelay(true);
    nodes.handleUpgrade(request, socket, head, (connection) => {
      watchHeartbeat(connection, heartbeatMs);
      sessions.accept(connection);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, resolve);
  });
  return {
    url: urlOf(server.address()),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      sessions.close();
      server.closeAllConnections();
      const timer = setTimeout(() => {
        for (const connection of nodes.clients) connection.terminate();
      }, farewellMs);
      await closed;
      clearTimeout(timer);
      await host.close();
    },
  };
}

function decideRefusal(request: IncomingMessage, isNode: (token: string) => boolean): string | null {
  // A browser says where it comes from; a page has no business here, whatever it knows.
  if (request.headers.origin !== undefined) return "403 Forbidden";
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token !== undefined && isNode(token) ? null : "401 Unauthorized";
}

function turnAway(socket: Socket, status: string): void {
  // Not left half open: whoever was turned away need not close its side.
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

/** Takes as long for every wrong token: digests are compared, of one length, in constant time. */
function tokenCheck(token: string): (given: string) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}

function urlOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): string {
  if (address === null || typeof address === "string") throw new Error("the runner does not listen on a port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `ws://${host}:${address.port}`;
}
