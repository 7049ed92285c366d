import { dirname } from "node:path";
import type { Account } from "./account.ts";

export interface WorkspaceRules {
  readonly dataDirectory: string;
  /** Directories in which workspaces may be opened (`SKEIN_WORKSPACE_ROOTS`). */
  readonly roots: readonly string[];
  readonly tenantId: string;
  /** Directories and files that no workspace may contain or lie in, e.g. of the database's socket. */
  readonly privatePaths: readonly string[];
  /** Whose files no command may ever have the rights of, e.g. Postgres's. */
  readonly reservedUids: readonly number[];
}

/** A candidate with every link resolved, and the rules' paths resolved likewise. */
export interface DirectoryFacts {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** The first directory on the way that the one who runs commands may not enter; null when there is none. */
  readonly closedAt: string | null;
}

/** Names why a directory may not be a workspace and the ways out; null when it may. All paths are resolved. */
export function decideRefusal(
  facts: DirectoryFacts,
  rules: WorkspaceRules,
  machine: { readonly accounts: readonly Account[]; readonly serverUid: number },
): string | null {
  const { path } = facts;
  if (path === "/") return "the root of the file system cannot be a workspace; choose a project's directory";
  return (
    refuseSkeinOwn(path, rules) ??
    refuseHomes(path, rules, machine.accounts) ??
    refuseRoots(path, rules) ??
    refuseOwner(facts, rules, machine.serverUid)
  );
}

/** What belongs to Skein: of the data directory a tenant may open its own workspaces, and nothing else. */
function refuseSkeinOwn(path: string, rules: WorkspaceRules): string | null {
  const { dataDirectory, privatePaths } = rules;
  if (contains(path, dataDirectory)) return `${path} contains Skein's data directory and cannot be a workspace`;
  if (contains(dataDirectory, path) && !isOwnWorkspace(path, rules)) {
    return `${path} lies in Skein's data directory and cannot be a workspace`;
  }
  const hidden = privatePaths.find((secret) => contains(path, secret) || contains(secret, path));
  if (hidden !== undefined)
    return `${path} overlaps ${hidden}, which commands must not reach; it cannot be a workspace`;
  if (contains("/opt/skein", path) || contains("/proc", path) || contains("/sys", path) || contains("/dev", path)) {
    return `${path} belongs to the system and cannot be a workspace`;
  }
  return null;
}

function refuseHomes(path: string, rules: WorkspaceRules, accounts: readonly Account[]): string | null {
  if (isOwnWorkspace(path, rules)) return null;
  for (const { home } of accounts) {
    if (home === "/" || !home.startsWith("/")) continue;
    if (path === home) return `${path} is a home directory and cannot be a workspace; choose a directory in it`;
    if (contains(path, home)) return `${path} contains the home directory ${home} and cannot be a workspace`;
    if (contains(home, path) && path.slice(home.length + 1).startsWith(".")) {
      return `${path} lies in a hidden directory of the home ${home}, where settings and keys are kept; it cannot be a workspace`;
    }
  }
  return null;
}

function refuseRoots(path: string, { roots }: WorkspaceRules): string | null {
  if (roots.some((root) => contains(root, path))) return null;
  return (
    `${path} is not in a directory in which workspaces may be opened (${roots.join(", ")}). ` +
    "Add its parent to SKEIN_WORKSPACE_ROOTS, or create a workspace in Skein."
  );
}

function refuseOwner(facts: DirectoryFacts, rules: WorkspaceRules, serverUid: number): string | null {
  const { path, uid, closedAt } = facts;
  if (uid === 0) {
    return (
      `${path} belongs to root, and commands never run as root. ` +
      `Copy it into a workspace that Skein creates, or give it to another user: chown -R USER ${path}`
    );
  }
  if (serverUid === 0 && rules.reservedUids.includes(uid)) {
    return `${path} belongs to a user of Skein's own services (uid ${uid}), as whom commands never run`;
  }
  if (closedAt !== null) {
    return (
      `commands for ${path} would run as uid ${serverUid === 0 ? uid : serverUid}, who may not enter ${closedAt}. ` +
      `Copy it into a workspace that Skein creates, or open that directory: chmod a+x ${closedAt}`
    );
  }
  return null;
}

/** `workspaces/<tenant>/<name>` and what is below it. */
function isOwnWorkspace(path: string, { dataDirectory, tenantId }: WorkspaceRules): boolean {
  const own = `${dataDirectory}/workspaces/${tenantId}`;
  return path !== own && contains(own, path);
}

/** Whether `path` is `directory` or below it. */
function contains(directory: string, path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (at === directory) return true;
    if (at === dirname(at)) return false;
  }
}
