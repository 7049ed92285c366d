/** A directory tree that threads work in, checked and resolved; made by `openWorkspaceDirectory` and `createWorkspaceDirectory`. */
export interface WorkspaceDirectory {
  readonly id: string;
  readonly tenantId: string;
  /** Resolved: no component is a link. */
  readonly hostPath: string;
  /** Where commands see it: the host path, or `/workspaces/<name>` for one that Skein made. */
  readonly sandboxPath: string;
  /** Whose rights commands have; used only where the server is root. Never 0. */
  readonly uid: number;
  readonly gid: number;
}

/** The components below the workspace's root; null for a path outside. `path` is absolute, as commands see it. */
export function componentsInside(workspace: WorkspaceDirectory, path: string): string[] | null {
  return componentsBelow(workspace.sandboxPath, path);
}

/** The path as commands see it, for an absolute path of the host; null for one outside the workspace. */
export function toSandboxPath(workspace: WorkspaceDirectory, hostPath: string): string | null {
  const components = componentsBelow(workspace.hostPath, hostPath);
  return components === null ? null : [workspace.sandboxPath, ...components].join("/");
}

/** Resolves `.` and `..` in text; null for a relative path, one with NUL, and one that is not at or below `root`. */
export function componentsBelow(root: string, path: string): string[] | null {
  const wanted = split(path);
  const base = split(root);
  if (wanted === null || base === null) return null;
  return base.every((component, index) => wanted[index] === component) ? wanted.slice(base.length) : null;
}

function split(path: string): string[] | null {
  if (!path.startsWith("/") || path.includes("\0")) return null;
  const components: string[] = [];
  for (const component of path.split("/")) {
    if (component === "..") components.pop();
    else if (component !== "" && component !== ".") components.push(component);
  }
  return components;
}
