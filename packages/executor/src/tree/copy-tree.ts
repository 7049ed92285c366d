/** Copies a file, a link or a directory with all that is in it. Throws as the file system does, and EINVAL for what is none of these. */
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";

export function copyTree(from: string, to: string): void {
  if (!lstatSync(from).isDirectory()) {
    copyOne(from, to);
    return;
  }
  refuseInside(from, to);
  mkdirSync(dirname(to), { recursive: true });
  const waiting = [{ from, to }];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    makeUnlessThere(pair.to);
    for (const entry of readdirSync(pair.from, { withFileTypes: true })) {
      const inner = { from: join(pair.from, entry.name), to: join(pair.to, entry.name) };
      if (entry.isDirectory()) waiting.push(inner);
      else copyOne(inner.from, inner.to);
    }
  }
}

function copyOne(from: string, to: string): void {
  const stats = lstatSync(from);
  if (stats.isFile()) {
    copyFileSync(from, to);
    return;
  }
  if (!stats.isSymbolicLink()) throw failure("EINVAL", `${from} is neither a file nor a directory nor a link`);
  const target = readlinkSync(from);
  // As a copied file takes the place of what was there.
  if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory() === false) unlinkSync(to);
  symlinkSync(target, to);
}

function makeUnlessThere(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) mkdirSync(directory);
}

/** A directory that is copied into itself has no end. */
function refuseInside(from: string, to: string): void {
  const [source, target] = [realpathSync(from), resolveMissing(to)];
  if (target === source || target.startsWith(source + sep)) {
    throw failure("EINVAL", "a directory cannot be copied to itself or into one of its own");
  }
}

/** Where it will lie, links in what is there of the path resolved. */
function resolveMissing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(resolveMissing(parent), basename(path));
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
