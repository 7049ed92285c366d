/** The web app: hashed assets for a year, and the one page for every address that the app routes itself. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const notBuilt = "The web app is not built. Run: npm start\n";

/** `directory` holds the build of apps/web; the server works without it and says so. */
export async function registerStaticWeb(app: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(join(directory, "index.html"))) {
    app.decorateReply("sendFile", function () {
      return this.code(404).type("text/plain").send(notBuilt);
    });
  } else {
    await serveFiles(app, directory);
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
    return isPage ? servePage(request, reply) : reply.code(404).send({ error: "not found" });
  });
}

/** The one page of the app. */
export function servePage(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-cache").sendFile("index.html");
}

async function serveFiles(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    wildcard: false,
    index: false,
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(directory, "assets"));
      void reply.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
