/** What the server answers by HTTP, as it was registered. */
import type { FastifyInstance } from "fastify";

/** `GET /api/session` and the like; each grows the list as it is registered. The HEAD of a GET goes without saying. */
export function listRoutes(app: FastifyInstance): readonly string[] {
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) if (one !== "HEAD") routes.push(`${one} ${url}`);
  });
  return routes;
}
