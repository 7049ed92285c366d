/** The set-up of a test run: one embedded cluster with a migrated template database, gone when the run ends. */
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { migrate } from "./migrate.ts";
import { openPool } from "./pools.ts";

declare module "vitest" {
  export interface ProvidedContext {
    testCluster: { readonly socketPath: string; readonly template: string };
  }
}

/** Losing the data in a power cut is fine here, and waiting for the disk is not. */
const settings = ["fsync=off", "full_page_writes=off", "max_connections=300"];

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "skein-tests-")));
  await chmod(directory, 0o711);
  const cluster = await startEmbeddedPostgres(directory, settings);
  // The database that the launcher makes is nobody's in a test run, so it serves as the template.
  const template = "skein";
  const owner = openPool({ type: "socket", path: cluster.socketPath, database: template }, "skein_owner", {
    maxConnections: 1,
    silenceMs: null,
  });
  await migrate(owner);
  await owner.end();
  project.provide("testCluster", { socketPath: cluster.socketPath, template });
  return async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
