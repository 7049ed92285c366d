/** Who gets to see how the process is: whoever asks from the machine itself, past no proxy, and whoever brings the operator's token. */
import type { FastifyRequest } from "fastify";
import { secretsEqual } from "../identity/secret.ts";
import { isAllowedOrigin, type PublicAddress } from "./allowed-origin.ts";

export type IsOperator = (request: FastifyRequest) => boolean;

export function operatorAccess(address: () => PublicAddress, metricsToken: string | null): IsOperator {
  return ({ headers, socket }) => {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    if (metricsToken !== null && secretsEqual(bearer, metricsToken)) return true;
    return isFromHere(socket.remoteAddress) && !isForSomebodyElse(headers, address());
  };
}

const loopback = /^(?:::ffff:)?127\.|^::1$/;
const loopbackHost = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/i;

function isFromHere(remoteAddress: string | undefined): boolean {
  return loopback.test(remoteAddress ?? "");
}

/** A proxy on this machine passes on what strangers ask, and a page in a browser on it asks under a name of its own. */
function isForSomebodyElse(headers: FastifyRequest["headers"], address: PublicAddress): boolean {
  const passedOn = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some(
    (name) => name in headers,
  );
  const site = headers["sec-fetch-site"] ?? "none";
  return (
    passedOn ||
    !loopbackHost.test(headers.host ?? "") ||
    !isAllowedOrigin(address, headers.origin) ||
    (site !== "none" && site !== "same-origin")
  );
}
