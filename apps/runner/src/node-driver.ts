/**
 * A node as far as a test of its death needs one, in a process of its own: it owns a thread at a runner, and runs every line
 * that it is given as a command there, one after the other.
 */
import { createInterface } from "node:readline";
import { RemoteHost } from "@skein/executor/remote/remote-host";
import { patientWaiting, tenant, workspaceNamed } from "./host-bench.ts";
import { runnerToken } from "./runner-process.ts";
import { run } from "./sandbox-command.ts";

const [url, threadId, fence, name] = process.argv.slice(2);
if (url === undefined || threadId === undefined || name === undefined) {
  throw new Error("usage: node-driver URL THREAD FENCE WORKSPACE");
}

const host = new RemoteHost({ name: "build", url, token: runnerToken, patienceMs: 60_000, report: () => {} });
await host.start();
await host.createDirectory(tenant, name);
const environment = await host.openEnvironment(
  { workspace: workspaceNamed(name), threadId, fence: Number(fence), leaseMs: 60_000 },
  patientWaiting(),
);
console.log("ready");
for await (const line of createInterface(process.stdin)) {
  console.log(
    await run(environment, line).then(
      ({ text }) => `said ${text.trim()}`,
      (error: unknown) => `failed ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
}
await host.close();
