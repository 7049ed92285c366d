/** What every request must pass before anything else: the right Host and, where a browser sends one, the right Origin. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isAllowedHost, isAllowedOrigin, type PublicAddress } from "./allowed-origin.ts";

/** Probes come from load balancers and monitors that know the machine by other names. */
export const probePaths: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

const formTypes = /^\s*(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

export function registerRequestChecks(app: FastifyInstance, address: () => PublicAddress): void {
  app.addHook("onRequest", async (request, reply) => {
    if (probePaths.has(request.url)) return;
    const refusal = refusalOf(request, address());
    if (refusal !== null) return reply.code(403).send({ error: refusal });
    // Whatever else a route takes: nobody here sends forms, and only forms get past a browser without being asked about.
    const isForm = formTypes.test(request.headers["content-type"] ?? "");
    if (isForm) return reply.code(415).send({ error: "forms are not accepted" });
  });
}

function refusalOf({ headers, method }: FastifyRequest, address: PublicAddress): string | null {
  if (!isAllowedHost(address, headers.host)) return `this server does not answer to the host ${headers.host ?? ""}`;
  if (!isAllowedOrigin(address, headers.origin)) return `requests from ${headers.origin} are not accepted`;
  // A browser that sends no Origin says here whether another site is behind the request.
  const site = headers["sec-fetch-site"];
  const crossSite = site !== undefined && site !== "same-origin" && site !== "none";
  return crossSite && method !== "GET" ? "requests from other sites are not accepted" : null;
}
