/** How Git is started for a clone: nothing of the machine's or of a person's settings, no hooks, no helpers, no other transport. */
import { proxyPort } from "../egress/proxy-environment.ts";

export interface CloneWish {
  readonly root: string;
  readonly url: string;
  readonly branch: string | null;
  readonly depth: number | null;
}

/**
 * The address stays that of https in the repository's own settings. What is asked for is the plain one behind the proxy, which makes TLS
 * of it outside of the sandbox (`egress/carry.ts`).
 */
export function deriveCloneArguments({ root, url, branch, depth }: CloneWish): readonly string[] {
  const settings = [
    `url.${plainOrigin(url)}/.insteadOf=${new URL(url).origin}/`,
    "core.hooksPath=/dev/null",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.fsmonitor=false",
    "credential.helper=",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.version=2",
    "http.proxyAuthMethod=basic",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=120",
    "advice.detachedHead=false",
  ];
  return [
    ...settings.flatMap((setting) => ["-c", setting]),
    ...["clone", "--progress", "--template=", "--no-recurse-submodules"],
    ...(branch === null ? [] : [`--branch=${branch}`]),
    ...(depth === null ? [] : [`--depth=${depth}`]),
    ...["--", url, root],
  ];
}

/** `given`: of whoever starts it; its address of the proxy says which command asks. */
export function deriveCloneEnvironment(given: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const proxy = given.http_proxy ?? `http://127.0.0.1:${proxyPort}`;
  const kept = Object.entries(given).filter(([name]) => !/^(GIT_|SSH_)|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    http_proxy: proxy,
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_ALLOW_PROTOCOL: "http",
    GIT_LFS_SKIP_SMUDGE: "1",
  };
}

/** With its port, which the proxy takes for that of TLS. */
export function plainOrigin(url: string): string {
  const { hostname, port } = new URL(url);
  return `http://${hostname}:${port === "" ? 443 : port}`;
}
