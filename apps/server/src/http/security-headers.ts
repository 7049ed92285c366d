/** What a browser is told about every answer: scripts and styles from here only, no frames, nothing guessed, nothing kept unless said. */
import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";
import type { PublicAddress } from "./allowed-origin.ts";

export async function registerSecurityHeaders(app: FastifyInstance, address: PublicAddress): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Model output never loads anything from elsewhere: an image address can carry away what the agent has read.
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'"],
        // 'self' covers the WebSocket of the same host and port.
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: address.secure ? { maxAge: 31_536_000 } : false,
    crossOriginEmbedderPolicy: false,
  });
  app.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
}
