import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { aloneFlag } from "../runner/derive-scope.ts";

/** What a runner is made of, as paths of the host. */
export interface RunnerBundle {
  /** The Node binary itself, no launcher script. */
  readonly node: string;
  readonly runner: string;
  /** The program that works on whole trees; found by commands as `treeProgram`. */
  readonly tree: string;
  /** Packages that the runner loads at run time. */
  readonly packages: readonly { readonly name: string; readonly directory: string }[];
  /** Programs for commands, put at the end of their PATH. */
  readonly programs: readonly { readonly name: string; readonly file: string }[];
}

export interface Tool {
  readonly source: string;
  readonly path: string;
}

const toolRoot = "/opt/skein";
export const toolDirectory = `${toolRoot}/bin`;
export const runnerCommand: readonly string[] = [`${toolDirectory}/node`, `${toolRoot}/runner.mjs`, aloneFlag];
export const treeCommand: readonly string[] = [`${toolDirectory}/node`, `${toolRoot}/tree.mjs`];

/**
 * Where a sandbox finds the bundle. With `copyTo`, for a server that is root: what a tenant's uid cannot reach, because the
 * project lies below a closed directory as /root is, is copied there once, under a name made of the contents.
 */
export function prepareToolchain(bundle: RunnerBundle, copyTo: string | null): Tool[] {
  const tools = [
    { source: bundle.node, path: `${toolDirectory}/node` },
    { source: bundle.runner, path: `${toolRoot}/runner.mjs` },
    { source: bundle.tree, path: `${toolRoot}/tree.mjs` },
    ...bundle.packages.map(({ name, directory }) => ({ source: directory, path: `${toolRoot}/node_modules/${name}` })),
    ...bundle.programs.map(({ name, file }) => ({ source: file, path: `${toolDirectory}/${name}` })),
  ].map(({ source, path }) => ({ source: realpathSync(source), path }));
  if (copyTo === null || tools.every(({ source }) => isOpenToAll(source))) return tools;
  const copied = join(copyTo, `${process.version}-${process.arch}-${fingerprint(tools)}`);
  if (!existsSync(copied)) copyTools(tools, copied);
  return tools.map(({ path }) => ({ source: join(copied, path), path }));
}

/** Whether a uid that is neither owner nor in the group can read it. */
function isOpenToAll(path: string): boolean {
  if ((statSync(path).mode & 0o004) === 0) return false;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & 0o001) === 0) return false;
    if (directory === "/") return true;
  }
}

/** The bundle by its contents; the rest, 130 MB, by what an installation changes. */
function fingerprint(tools: readonly Tool[]): string {
  const hash = createHash("sha256");
  for (const { source, path } of tools) {
    const { size, mtimeMs } = statSync(source);
    hash.update(JSON.stringify([path, source, size, mtimeMs]));
    if (path.endsWith(".mjs")) hash.update(readFileSync(source));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Complete or absent: made under another name, then renamed. */
function copyTools(tools: readonly Tool[], destination: string): void {
  const temporary = `${destination}.${randomBytes(6).toString("hex")}`;
  try {
    for (const { source, path } of tools) {
      const copy = join(temporary, path);
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(source, copy, { recursive: true, dereference: true });
    }
    openToAll(dirname(temporary), temporary);
    renameSync(temporary, destination);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function openToAll(parent: string, directory: string): void {
  chmodSync(parent, 0o711);
  chmodSync(directory, 0o755);
}
