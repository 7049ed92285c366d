/** Chooses what this machine can do best, by trying it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ControlGroups, serverGroup } from "./control-groups.ts";
import { deriveHierarchy1, deriveOwnGroup2, type Hierarchy, hierarchy2 } from "./hierarchy.ts";
import type { GroupChoice } from "./limit-settings.ts";
import type { SharedLimits } from "./limits.ts";
import { ProcessWatch } from "./process-watch.ts";
import type { ResourceGroups } from "./resource-groups.ts";

/** `name`: unique on this machine. Throws when the operator named a directory that is of no use. */
export function openResourceGroups(choice: GroupChoice, name: string, limits: SharedLimits): ResourceGroups {
  if (choice === "off") return new ProcessWatch(limits, "SKEIN_CGROUPS is off");
  if (choice !== "auto") {
    try {
      return new ControlGroups(delegated(choice.directory), name, limits);
    } catch (error) {
      throw new Error(`SKEIN_CGROUPS: ${choice.directory} cannot be used: ${messageOf(error)}`);
    }
  }
  const failures: string[] = [];
  for (const find of [findVersion2, findVersion1]) {
    try {
      return new ControlGroups(find(), name, limits);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return new ProcessWatch(limits, failures.join("; "));
}

/**
 * A user's own group is theirs when they may write to it: it was delegated. Root may write to all of them, so that only
 * one which the operator names, or a container's, whose root it is, counts as given.
 */
function findVersion2(): Hierarchy {
  const { groups, mounts } = readOwn();
  const directory = deriveOwnGroup2(groups, mounts);
  if (directory === null) throw new Error("control groups of version 2 are not mounted");
  if (process.getuid?.() === 0 && !/^0::\/$/m.test(groups)) {
    throw new Error("the server's control group of version 2 was not given to it; name one with SKEIN_CGROUPS");
  }
  return delegated(directory);
}

function findVersion1(): Hierarchy {
  const { groups, mounts } = readOwn();
  const hierarchy = deriveHierarchy1(groups, mounts);
  if (hierarchy === null) throw new Error("there are no control groups of version 1 for memory and processes");
  return hierarchy;
}

function readOwn(): { groups: string; mounts: string } {
  try {
    return {
      groups: readFileSync("/proc/self/cgroup", "utf8"),
      mounts: readFileSync("/proc/self/mountinfo", "utf8"),
    };
  } catch (error) {
    throw new Error(`the kernel does not tell of control groups: ${messageOf(error)}`);
  }
}

function delegated(directory: string): Hierarchy {
  const controllers = readFileSync(join(directory, "cgroup.controllers"), "utf8").trim().split(" ");
  const missing = ["memory", "pids", "cpu"].filter((controller) => !controllers.includes(controller));
  if (missing.length > 0) throw new Error(`${directory} has no ${missing.join(", ")}`);
  makeRoom(directory);
  writeFileSync(join(directory, "cgroup.subtree_control"), "+memory +pids +cpu");
  return hierarchy2(directory);
}

/** Processes live at the leaves of version 2: those that are in the directory itself move into one of their own. */
function makeRoom(directory: string): void {
  // Only the machine's own root has no such file, and it may hold both.
  if (!existsSync(join(directory, "cgroup.type"))) return;
  const list = join(directory, "cgroup.procs");
  const processes = readFileSync(list, "latin1").split("\n").filter(Boolean);
  if (processes.length === 0) return;
  const leaf = join(directory, serverGroup);
  if (!existsSync(leaf)) mkdirSync(leaf);
  for (const pid of processes) writeFileSync(join(leaf, "cgroup.procs"), pid);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
