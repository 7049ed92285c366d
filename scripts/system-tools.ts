/**
 * Programs that come from the operating system. As root on Debian or Ubuntu what is missing is installed; anywhere else
 * the exact line to run is printed, and the caller goes on with what works.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface SystemTool {
  /** Names under which systems install it, the preferred one first. */
  readonly commands: readonly [string, ...string[]];
  /** The package that brings it; Debian, Fedora, Arch and Alpine use the same names for these. */
  readonly package: string;
  /** Completes "needed to …". */
  readonly purpose: string;
}

export const serverTools: readonly SystemTool[] = [
  { commands: ["git"], package: "git", purpose: "show what changed in a workspace" },
  { commands: ["bwrap"], package: "bubblewrap", purpose: "run the agent's commands in a sandbox" },
];

export const chromium: SystemTool = {
  commands: ["chromium", "chromium-browser", "google-chrome"],
  package: "chromium",
  purpose: "run the browser journeys",
};

export const tmux: SystemTool = { commands: ["tmux"], package: "tmux", purpose: "drive terminal clients in tests" };

export const natsServer: SystemTool = {
  commands: ["nats-server"],
  package: "nats-server",
  purpose: "test several nodes on one bus",
};

/** Ordered by how likely the wrong one is installed beside the right one. */
const packageManagers = [
  { command: "apt-get", line: "apt-get install -y" },
  { command: "dnf", line: "dnf install -y" },
  { command: "pacman", line: "pacman -S --needed" },
  { command: "apk", line: "apk add" },
  { command: "brew", line: "brew install" },
];

/** Where servers are installed, which an ordinary user's PATH often lacks. */
const serverDirectories = ["/usr/sbin", "/usr/local/sbin"];

function searchPath(): string {
  return [process.env.PATH ?? "", ...serverDirectories].join(delimiter);
}

/** Absolute path of the first of the tool's names found on PATH, or where the system keeps its servers. */
export function locate(commands: readonly string[], path: string = searchPath()): string | null {
  for (const command of commands) {
    for (const directory of path.split(delimiter)) {
      const candidate = join(directory === "" ? "." : directory, command);
      if (isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

/** Installs what is missing where it may, tells about the rest, and returns what is still missing. */
export function provideTools(tools: readonly SystemTool[]): readonly SystemTool[] {
  const missing = tools.filter((tool) => locate(tool.commands) === null);
  if (missing.length === 0) return [];
  const packages = missing.map((tool) => tool.package);
  if (process.getuid?.() === 0 && locate(["apt-get"]) !== null) {
    console.log(`Installing ${packages.join(", ")} with apt-get.`);
    installWithApt(packages);
  }
  const stillMissing = tools.filter((tool) => locate(tool.commands) === null);
  for (const tool of stillMissing) console.warn(`Not found: ${tool.commands[0]}, needed to ${tool.purpose}.`);
  if (stillMissing.length > 0) console.warn(`To install: ${installLine(stillMissing)}`);
  return stillMissing;
}

/** The line a person can paste to get the tools. */
export function installLine(tools: readonly SystemTool[]): string {
  const packages = tools.map((tool) => tool.package).join(" ");
  const manager = packageManagers.find((candidate) => locate([candidate.command]) !== null);
  if (manager === undefined) return `install ${packages} with your system's package manager`;
  const prefix = process.getuid?.() === 0 || manager.command === "brew" ? "" : "sudo ";
  return `${prefix}${manager.line} ${packages}`;
}

/** A failure is seen by looking for the commands again, so a mirror that is half down does not stop the start. */
function installWithApt(packages: readonly string[]): void {
  const options = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  const apt = (parameters: readonly string[]): boolean =>
    spawnSync("apt-get", parameters, options as Parameters<typeof spawnSync>[2]).status === 0;
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  // A machine's package lists are often absent or too old to fetch from, so they are renewed first.
  apt(["update", "-qq"]);
  apt(install);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
