import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** The parts of the host's system that every sandbox shows, read-only. */
export interface SystemLayout {
  readonly directories: readonly string[];
  /** On most systems /bin and its kin are links into /usr. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

const topDirectories = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/** Nothing else of /etc: it holds password hashes, keys and the names of a machine's users. */
const settings = [
  "alternatives",
  "ca-certificates",
  "crypto-policies",
  "java",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "nsswitch.conf",
  "pki",
  "protocols",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
];

export function readSystemLayout(): SystemLayout {
  const present = topDirectories.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  const links = present.filter((path) => lstatSync(path).isSymbolicLink());
  return {
    directories: [
      ...present.filter((path) => !links.includes(path)),
      ...settings.map((name) => join("/etc", name)).filter((path) => existsSync(path)),
    ],
    links: links.map((path) => ({ path, target: readlinkSync(path) })),
  };
}
