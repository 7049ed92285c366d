import { componentsBelow } from "./workspace.ts";

/**
 * Workspaces that Skein created have the same path on every runner, `/workspaces/<name>`, and a directory below one keeps its
 * place there; an opened directory keeps its own path.
 */
export function deriveSandboxPath(
  hostPath: string,
  place: { readonly dataDirectory: string; readonly tenantId: string },
): string {
  const below = componentsBelow(`${place.dataDirectory}/workspaces/${place.tenantId}`, hostPath);
  return below === null ? hostPath : ["/workspaces", ...below].join("/");
}
