import type { SandboxPolicy } from "@skein/timeline/event";

/** As far as the sandbox is concerned; what the tenant says comes on top of it. */
export function allowsNetwork(sandbox: SandboxPolicy): boolean {
  return sandbox.type === "dangerFullAccess" || sandbox.networkAccess;
}
