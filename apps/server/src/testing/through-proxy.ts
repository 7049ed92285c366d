import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import type { Reroute } from "./start-test-server.ts";

/** Between a test's server and its database stands a proxy, which the test is given and can make go away. */
export function throughProxy(take: (proxy: PostgresProxy) => void): Reroute {
  return async (target, undo) => {
    if (target.type !== "socket") throw new Error("the test cluster has a socket");
    const directory = await mkdtemp(join(tmpdir(), "skein-proxy-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, "s");
    const proxy = await PostgresProxy.listen(target.path, path);
    undo.push(() => proxy.goAway());
    take(proxy);
    return { ...target, path };
  };
}
