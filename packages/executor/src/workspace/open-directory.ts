import { realpathSync, type Stats, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { type Account, findAccount, readAccounts } from "./account.ts";
import { type DirectoryFacts, decideRefusal, type WorkspaceRules } from "./decide-refusal.ts";
import { deriveSandboxPath } from "./sandbox-path.ts";
import type { WorkspaceDirectory } from "./workspace.ts";

/** A directory may not be a workspace; the message is for the person who asked and names the ways out. */
export class WorkspaceRefused extends Error {
  override readonly name = "WorkspaceRefused";
}

/** Resolves every link, then applies the rules. Throws `WorkspaceRefused`. */
export function openWorkspaceDirectory(id: string, path: string, rules: WorkspaceRules): WorkspaceDirectory {
  if (!isAbsolute(path) || path.includes("\0")) throw new WorkspaceRefused(`${path} is no absolute path`);
  const serverUid = process.getuid?.() ?? -1;
  const accounts = readAccounts();
  const { hostPath, stats } = resolveDirectory(path);
  const runner = chooseRunner(stats, serverUid, accounts);
  const closedAt = findClosed(hostPath, runner);
  const facts: DirectoryFacts = { path: hostPath, uid: stats.uid, gid: stats.gid, closedAt };
  const resolved = resolveRules(rules);
  const resolvedAccounts = accounts.map((account) => ({ ...account, home: resolveIfThere(account.home) }));
  const refusal = decideRefusal(facts, resolved, { accounts: resolvedAccounts, serverUid });
  if (refusal !== null) throw new WorkspaceRefused(refusal);
  return { id, tenantId: rules.tenantId, hostPath, sandboxPath: deriveSandboxPath(hostPath, resolved), ...runner };
}

function resolveDirectory(path: string): { hostPath: string; stats: Stats } {
  try {
    const hostPath = realpathSync(path);
    const stats = statSync(hostPath);
    if (!stats.isDirectory()) throw new WorkspaceRefused(`${path} is no directory`);
    return { hostPath, stats };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw new WorkspaceRefused(`the directory ${path} does not exist`);
    if (code === "ENAMETOOLONG" || code === "ELOOP")
      throw new WorkspaceRefused(`${path} cannot be followed to a directory`);
    if (code === "EACCES") throw new WorkspaceRefused(`Skein may not enter ${path}`);
    throw error;
  }
}

/**
 * As root, the owner with the primary group of their account: the directory's own group may be one, root's among them, that
 * gives more than the owner has.
 */
function chooseRunner(stats: Stats, serverUid: number, accounts: readonly Account[]): { uid: number; gid: number } {
  if (serverUid !== 0) return { uid: serverUid, gid: process.getgid?.() ?? serverUid };
  return { uid: stats.uid, gid: findAccount(accounts, stats.uid)?.gid ?? stats.uid };
}

function findClosed(path: string, { uid, gid }: { uid: number; gid: number }): string | null {
  const components = path.split("/").filter((component) => component !== "");
  for (let length = 0; length <= components.length; length++) {
    const directory = `/${components.slice(0, length).join("/")}`;
    const { mode, ...owner } = statSync(directory);
    const shift = owner.uid === uid ? 6 : owner.gid === gid ? 3 : 0;
    if (((mode >> shift) & 0o1) === 0) return directory;
  }
  return null;
}

function resolveRules(rules: WorkspaceRules): WorkspaceRules {
  return {
    ...rules,
    dataDirectory: resolveIfThere(rules.dataDirectory),
    roots: rules.roots.map(resolveIfThere),
    privatePaths: rules.privatePaths.map(resolveIfThere),
  };
}

function resolveIfThere(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
