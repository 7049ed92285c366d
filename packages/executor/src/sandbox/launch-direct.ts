import { runnerMarker } from "../runner/background.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import { type SealedChild, spawnSealed } from "./spawn-sealed.ts";
import type { RunnerBundle } from "./toolchain.ts";

/** A runner without a sandbox: the operator's explicit choice for a single-user server that cannot have one. */
export function launchDirectly(
  bundle: RunnerBundle,
  workspace: WorkspaceDirectory,
  options: { readonly switchesUser: boolean; readonly home: string; readonly runnerId: string },
  admit: (pid: number) => void,
): SealedChild {
  return spawnSealed({
    file: bundle.node,
    args: [bundle.runner],
    environment: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: options.home,
      LANG: "C.UTF-8",
      [runnerMarker]: options.runnerId,
    },
    owner: options.switchesUser ? workspace : null,
    inherited: [],
    admit,
  });
}
