/** Another process takes the name of one that runs, such as one over a copy of its data directory. */
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { nodeIdentity } from "../node-identity.ts";
import { openOperatorDatabase } from "../operator/operator-database.ts";
import { spawnServer } from "../testing/spawn-server.ts";

test("a server whose name another process has taken ends, and says why", async () => {
  const directory = await mkdtemp(join(tmpdir(), "skein-replaced-"));
  await chmod(directory, 0o711);
  const dataDirectory = join(directory, "data");
  const server = await spawnServer({ SKEIN_DATA_DIR: dataDirectory, SKEIN_LEASE_SECONDS: "2" });
  try {
    const database = await openOperatorDatabase({ dataDirectory, databaseUrl: null, secrets: [] });
    const { nodeId, home } = await nodeIdentity(dataDirectory, null);
    const [row] = await database.owner<[{ registered: boolean }]>`
      select register_node(${nodeId}, ${home}, ${randomUUID()}, 60) as registered`;
    await database.close();
    expect(row.registered).toBe(true);
    expect(await server.ended).toEqual([1, null]);
    const reason = `another process has become the node ${nodeId}`;
    await vi.waitUntil(() => server.complaints().includes(reason), { timeout: 10_000 });
  } finally {
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  }
});
