/** The whole output of a command, as far as it was kept, for downloads. */

import { parseThreadId } from "@skein/protocol/thread-id";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Authenticate } from "../identity/authenticate.ts";
import type { Principal } from "../identity/principal.ts";
import type { PublicAddress } from "./allowed-origin.ts";
import { decideRange } from "./decide-range.ts";
import { credentialsOf } from "./session-routes.ts";

export interface OutputRoutes {
  readonly authenticate: Authenticate;
  readonly address: () => PublicAddress;
  /** null: there is no such thread that the principal may read, the thread has no such item, or the item is no command. */
  output(principal: Principal, threadId: string, itemId: string): Promise<string | null>;
}

export function registerOutputRoutes(app: FastifyInstance, { authenticate, address, output }: OutputRoutes): void {
  app.get<{ Params: { threadId: string; itemId: string } }>(
    "/threads/:threadId/items/:itemId/output",
    async (request, reply) => {
      // What a running command has written changes, and nobody's else cache may hold it.
      reply.header("cache-control", "no-store");
      const principal = await authenticate(credentialsOf(request, address()));
      if (principal === null) return reply.code(401).send({ error: "signed out" });
      const { itemId } = request.params;
      const parsed = parseThreadId(request.params.threadId);
      const text = parsed.ok ? await output(principal, parsed.threadId, itemId) : null;
      if (text === null) return reply.code(404).send({ error: "not found" });
      reply
        .type("text/plain; charset=utf-8")
        .header("content-disposition", `attachment; filename="${itemId.replace(/[^\w.-]/g, "_")}.txt"`);
      // Without a validator nobody can know that the rest still belongs to what they have.
      const range = request.headers["if-range"] === undefined ? request.headers.range : undefined;
      return sendPart(reply, Buffer.from(text), range);
    },
  );
}

function sendPart(reply: FastifyReply, body: Buffer, header: string | undefined): FastifyReply {
  reply.header("accept-ranges", "bytes");
  const range = decideRange(header, body.length);
  switch (range.type) {
    case "whole":
      return reply.send(body);
    case "unsatisfiable":
      return reply.code(416).header("content-range", `bytes */${body.length}`).send();
    case "part":
      return reply
        .code(206)
        .header("content-range", `bytes ${range.from}-${range.to}/${body.length}`)
        .send(body.subarray(range.from, range.to + 1));
  }
}
