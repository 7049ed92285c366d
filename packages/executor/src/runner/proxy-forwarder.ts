/** Inside a sandbox: a port of its loopback that leads to the socket of its proxy, for programs that know no sockets of files. */
import { connect, createServer } from "node:net";
import { proxyPort, proxySocketPath } from "../egress/proxy-environment.ts";

export function forwardToProxy(): void {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const proxy = connect({ path: proxySocketPath, allowHalfOpen: true });
    client.on("error", () => proxy.destroy());
    proxy.on("error", () => client.destroy());
    client.once("close", () => proxy.destroy());
    proxy.once("close", () => client.destroy());
    client.pipe(proxy);
    proxy.pipe(client);
  });
  // Without it commands find nobody there, as without a network; the runner itself must go on.
  server.on("error", () => {});
  server.listen(proxyPort, "127.0.0.1");
}
