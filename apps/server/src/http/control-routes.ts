/** What the operator asks of the running server from the machine it runs on. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { secretsEqual } from "../identity/secret.ts";

export interface ControlRoutes {
  /** Of the control file. */
  readonly secret: string;
  /** `email`: whose password is to be set anew. */
  consoleLink(email: string | null): Promise<{ readonly type: string; readonly url?: string }>;
}

const bodySchema = z.object({ email: z.string().nullish() }).nullish();

export function registerControlRoutes(app: FastifyInstance, { secret, consoleLink }: ControlRoutes): void {
  app.post("/api/control/sign-in-link", async (request, reply) => {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!secretsEqual(bearer, secret)) return reply.code(401).send({ error: "this is for the server's own operator" });
    return consoleLink(bodySchema.parse(request.body)?.email ?? null);
  });
}
