import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { expect, inject, test } from "vitest";
import { migrate } from "./migrate.ts";
import { openPool } from "./pools.ts";

test("nodes that start together migrate an empty database once", async () => {
  const { socketPath } = inject("testCluster");
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  const admin = postgres({ path: socketPath, user: "skein_admin", database: "postgres", max: 1 });
  await admin.unsafe(`create database ${database} template template0 owner skein_owner`);
  const nodes = Array.from({ length: 3 }, () =>
    openPool({ type: "socket", path: socketPath, database }, "skein_owner", { maxConnections: 1, silenceMs: null }),
  );
  try {
    await Promise.all(nodes.map((owner) => migrate(owner)));
    const [row] = await nodes[0]!<
      [{ incarnations: bigint }]
    >`select count(*) as incarnations from database_incarnation`;
    expect(row.incarnations).toBe(1n);
  } finally {
    await Promise.all(nodes.map((owner) => owner.end()));
    await admin.unsafe(`drop database ${database} with (force)`);
    await admin.end();
  }
});
