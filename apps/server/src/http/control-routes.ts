/** What the operator asks of the running server from the machine it runs on. */
import type { FastifyInstance } from "fastify";
import { secretsEqual } from "../identity/secret.ts";

export interface ControlRoutes {
  /** Of the control file. */
  readonly secret: string;
  signInLink(): Promise<string>;
}

export function registerControlRoutes(app: FastifyInstance, { secret, signInLink }: ControlRoutes): void {
  app.post("/api/control/sign-in-link", async (request, reply) => {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!secretsEqual(bearer, secret)) return reply.code(401).send({ error: "this is for the server's own operator" });
    return { link: await signInLink() };
  });
}
