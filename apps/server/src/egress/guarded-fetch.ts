/**
 * `fetch` for addresses that tenants choose. Every connection, those of redirects too, goes to an address that was resolved and
 * judged for it; a kept-alive one stays with its host. What operators configure needs none of this.
 */
import { connectTo } from "@skein/executor/egress/connect-target";
import { RefusedAddress } from "@skein/executor/egress/refused-address";
import { type EgressRules, resolveTarget } from "@skein/executor/egress/resolve-target";
import { parseHost } from "@skein/executor/egress/target";
import { Agent, buildConnector } from "undici";

export interface GuardedFetch {
  /** Rejects with a `TypeError` whose `cause` is a `RefusedAddress` for what may not be reached. */
  readonly fetch: typeof fetch;
  /** Ends the connections that are kept. */
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;

/** `maxSilenceMs`: how long an answer may pause; the platform's 300 s when absent. */
export function createGuardedFetch(rules: EgressRules, maxSilenceMs = 300_000): GuardedFetch {
  const secure = buildConnector({ timeout: connectTimeoutMs });
  const agent = new Agent({
    bodyTimeout: maxSilenceMs,
    connect(options, callback) {
      connectGuarded(options, rules).then(
        (socket) => {
          if (options.protocol === "https:") secure({ ...options, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: Error) => callback(error, null),
      );
    },
  });
  // The agent is of the version that is built into Node, whose type names another package.
  const dispatcher = agent as unknown as NonNullable<RequestInit["dispatcher"]>;
  return {
    fetch: (input, init) => fetch(input, { ...init, dispatcher }),
    close: () => agent.close(),
  };
}

async function connectGuarded({ hostname, port, protocol }: buildConnector.Options, rules: EgressRules) {
  const host = parseHost(hostname);
  if (host === null) throw new RefusedAddress(hostname, "malformed");
  const target = { host, port: Number(port) || (protocol === "https:" ? 443 : 80) };
  const resolution = await resolveTarget(target, rules);
  if (resolution.type === "refused") throw new RefusedAddress(host, resolution.reason);
  if (resolution.type === "notFound") throw new Error(resolution.message);
  return connectTo(resolution.addresses, target.port, { timeoutMs: connectTimeoutMs });
}
