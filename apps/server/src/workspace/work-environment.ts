/** An environment for work on a workspace as a whole, which no thread owns: its files come, are measured, or go. */
import { randomUUID } from "node:crypto";
import type { HostEnvironment, RunnerHost, WorkspaceRef } from "@skein/executor/host/runner-host";

export interface WorkEnvironment {
  readonly environment: HostEnvironment;
  /** Ends what runs. */
  close(): Promise<void>;
}

/** Long enough for a node that is slow, short enough that nothing survives a dead one for long. */
const leaseMs = 30_000;
const fence = 1;

export async function openWorkEnvironment(
  host: RunnerHost,
  workspace: WorkspaceRef,
  signal: AbortSignal,
): Promise<WorkEnvironment> {
  const threadId = `work-${randomUUID()}`;
  const waiting = { known: null, signal, notice: () => {} };
  const environment = await host.openEnvironment({ workspace, threadId, fence, leaseMs }, waiting);
  const renewing = setInterval(() => host.renewLease(threadId, fence, leaseMs), leaseMs / 3);
  return {
    environment,
    close: async () => {
      clearInterval(renewing);
      await host.closeEnvironment(threadId, fence);
    },
  };
}
