/** A TCP proxy between a node and a runner, with which a test takes the network away. */
import { connect, createServer, type Socket } from "node:net";

export interface CutProxy {
  readonly url: string;
  /** Ends every connection, as a lost network does; new ones pass unless it is blocked. */
  cut(): void;
  /** While blocked nobody comes through. */
  block(isBlocked: boolean): void;
  /** Cuts every connection as soon as this many more bytes have come from the runner. */
  cutAfter(bytes: number): void;
  /** Connections that were cut so far. */
  readonly cuts: number;
  close(): void;
}

export async function startCutProxy(target: string): Promise<CutProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let [isBlocked, cuts, bytesLeft] = [false, 0, Number.POSITIVE_INFINITY];
  const cut = () => {
    cuts += sockets.size / 2;
    bytesLeft = Number.POSITIVE_INFINITY;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((near) => {
    if (isBlocked) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    near.on("data", (chunk) => far.write(chunk));
    far.on("data", (chunk) => {
      near.write(chunk.subarray(0, Math.min(chunk.length, bytesLeft)));
      bytesLeft -= chunk.length;
      if (bytesLeft <= 0) cut();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `ws://127.0.0.1:${address.port}`,
    cut,
    block: (blocked) => {
      isBlocked = blocked;
    },
    cutAfter: (bytes) => {
      bytesLeft = bytes;
    },
    get cuts() {
      return cuts;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
