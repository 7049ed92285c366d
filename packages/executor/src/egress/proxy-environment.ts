/** How a command finds the proxy, and is known by it. */

/** Of the sandbox's own loopback; above the ports that the kernel gives out. */
export const proxyPort = 61_080;
/** Where a sandbox finds the socket of its proxy. */
export const proxySocketPath = "/run/skein-proxy.sock";

const local = "localhost,127.0.0.1,::1";

/**
 * What curl, git, pip, npm, cargo, Node and most others go by. The name in front of the host tells which command asks. It is no
 * secret: whatever runs in a sandbox may use its way out, and is only told apart from the rest of it.
 */
export function deriveProxyEnvironment(processId: string): Record<string, string> {
  const address = `http://${encodeURIComponent(processId)}:command@127.0.0.1:${proxyPort}`;
  const pairs = { HTTP_PROXY: address, HTTPS_PROXY: address, ALL_PROXY: address, NO_PROXY: local };
  const lowerCase = Object.entries(pairs).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...pairs,
    ...Object.fromEntries(lowerCase),
    NODE_USE_ENV_PROXY: "1",
    YARN_HTTP_PROXY: address,
    YARN_HTTPS_PROXY: address,
  };
}

/** The name in a `Proxy-Authorization` header; null for what is none. */
export function gateNameOf(header: string | undefined): string | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const name = Buffer.from(encoded, "base64").toString().split(":")[0] ?? "";
  return name === "" ? null : name;
}
