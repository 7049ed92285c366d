import { existsSync } from "node:fs";
import { launchProbe, type SandboxMachine } from "./launch.ts";

/** null: sandboxes work here. Otherwise what is in the way and what to do about it, for the operator. */
export type SandboxObstacle = string | null;

const probeTimeoutMs = 20_000;
const maxMessageBytes = 2000;

/**
 * Starts a whole sandbox once, as the uid that commands would have and within the limits that they would have (`admit`). About
 * 50 ms.
 */
export async function probeSandbox(
  machine: SandboxMachine,
  owner: { readonly uid: number; readonly gid: number },
  admit: (pid: number) => void,
): Promise<SandboxObstacle> {
  if (process.platform !== "linux") return `commands need a Linux sandbox, which ${process.platform} does not have`;
  for (const program of [machine.bubblewrap, "/usr/bin/prlimit"]) {
    if (!existsSync(program)) return describeMissing(program);
  }
  const child = launchProbe(machine, owner, admit);
  child.stdin.on("error", () => {});
  child.stdout.resume();
  let message = "";
  child.stderr.on("data", (chunk) => {
    message = (message + chunk).slice(0, maxMessageBytes);
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), probeTimeoutMs);
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      message = error.message;
      resolve(null);
    });
    child.on("close", resolve);
  });
  clearTimeout(timer);
  return exitCode === 0 ? null : describeFailure(message.trim() || `it ended with ${exitCode ?? "a signal"}`);
}

function describeMissing(program: string): string {
  const name = program.endsWith("prlimit") ? "util-linux" : "bubblewrap";
  return `${program} is missing: install ${name} (Debian, Ubuntu: apt-get install ${name}; Fedora: dnf install ${name})`;
}

function describeFailure(message: string): string {
  const advice = /namespace|Operation not permitted|uid map|Permission denied/i.test(message)
    ? " The system forbids user namespaces: in a container allow them (Docker: --security-opt seccomp=unconfined), on Ubuntu " +
      "set kernel.apparmor_restrict_unprivileged_userns=0 or give bwrap an AppArmor profile."
    : "";
  return `the sandbox does not start here: ${message}.${advice}`;
}
