import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EgressProxy, type EgressProxyOptions } from "./egress-proxy.ts";

export interface Proxies {
  /** `owner`: the user of the sandbox that it is for, where that is another than this process's. */
  open(owner: EgressProxyOptions["owner"]): EgressProxy;
  close(): void;
}

/** The system knows no longer path of a socket. */
const maxPathBytes = 107;
const prefix = "out-";

/**
 * Makes proxies whose sockets lie in a directory of this process, inside `dataDirectory` or, where that makes too long a path,
 * the system's for temporary files. What an earlier process left there, which had no time to, is removed.
 */
export function openProxies(
  dataDirectory: string,
  options: Pick<EgressProxyOptions, "rules" | "limits"> & { readonly switchesUser: boolean },
): Proxies {
  const { switchesUser, ...settings } = options;
  const parent = placeFor(dataDirectory);
  for (const name of readdirSync(parent)) {
    if (isLeftOver(name)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  let directory: string | null = null;
  return {
    open(owner) {
      directory ??= makeDirectory(parent, switchesUser);
      const socketPath = join(directory, randomBytes(16).toString("hex"));
      return new EgressProxy({ ...settings, socketPath, owner: switchesUser ? owner : null });
    },
    close() {
      if (directory !== null) rmSync(directory, { recursive: true, force: true });
      directory = null;
    },
  };
}

/** A sandbox's user, if it is another, has to get to its socket. It finds no other: it may pass here, not look. */
function makeDirectory(parent: string, isPassable: boolean): string {
  const directory = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  chmodSync(directory, isPassable ? 0o711 : 0o700);
  return directory;
}

function placeFor(dataDirectory: string): string {
  const longest = join(dataDirectory, `${prefix}4194304-XXXXXX`, "0".repeat(32));
  return Buffer.byteLength(longest) > maxPathBytes ? tmpdir() : dataDirectory;
}

function isLeftOver(name: string): boolean {
  const pid = /^out-(\d+)-\w{6}$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
