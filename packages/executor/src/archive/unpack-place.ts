/** The directory into which an archive is unpacked: everything that is written goes through here, counted and checked. */
import { createWriteStream, linkSync, lstatSync, mkdirSync, rmSync, type Stats, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type DiskLimits, type DiskUse, deriveBlocks } from "../tree/disk-use.ts";
import { ArchiveRefused } from "./archive-refused.ts";
import { checkLinkTarget, entryComponents, shown } from "./decide-entry.ts";

export class UnpackPlace {
  readonly #root: string;
  readonly #limits: DiskLimits;
  readonly #progress: (use: DiskUse) => void;
  #bytes = 0;
  #files = 0;

  constructor(root: string, limits: DiskLimits, progress: (use: DiskUse) => void) {
    this.#root = root;
    this.#limits = limits;
    this.#progress = progress;
  }

  get use(): DiskUse {
    return { bytes: this.#bytes, files: this.#files };
  }

  directory(name: string): void {
    this.#makeDirectories(entryComponents(name));
  }

  /** Of the mode only whether it may be executed is kept. */
  async file(name: string, mode: number, contents: Readable | AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#clearPlace(entryComponents(name), name);
    let length = 0;
    const place = this;
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        place.#take(deriveBlocks(length + chunk.length) - (length === 0 ? 0 : deriveBlocks(length)));
        length += chunk.length;
        yield chunk;
      }
    };
    const target = createWriteStream(path, { flags: "wx", mode: (mode & 0o100) === 0 ? 0o644 : 0o755 });
    await pipeline(contents, counted, target);
  }

  symbolicLink(name: string, target: string): void {
    const components = entryComponents(name);
    checkLinkTarget(components, target);
    symlinkSync(target, this.#clearPlace(components, name));
    this.#take(deriveBlocks(0));
  }

  /** Another name of a file that was unpacked before. */
  hardLink(name: string, targetName: string): void {
    const target = this.#join(entryComponents(targetName));
    this.#makeDirectories(entryComponents(targetName).slice(0, -1));
    if (statOf(target)?.isFile() !== true) {
      throw new ArchiveRefused(`${shown(name)} is a link to ${shown(targetName)}, which is no file of the archive`);
    }
    linkSync(target, this.#clearPlace(entryComponents(name), name));
  }

  /** For an entry that is a file, a directory or a link of no kind. */
  refuse(name: string, kind: string): never {
    throw new ArchiveRefused(`${shown(name)} is a ${kind}; only files, directories and links are unpacked`);
  }

  /** Its parents are directories, and whatever file or link was there by the same name is gone. */
  #clearPlace(components: readonly string[], name: string): string {
    if (components.length === 0) throw new ArchiveRefused(`${shown(name)} is no name for a file`);
    this.#makeDirectories(components.slice(0, -1));
    const path = this.#join(components);
    const there = statOf(path);
    if (there?.isDirectory() === true) {
      throw new ArchiveRefused(`${shown(name)} is a directory and something else in the same archive`);
    }
    if (there !== null) rmSync(path);
    this.#countEntry();
    return path;
  }

  /** Goes through no link: what an entry plants, a later one must not write through. */
  #makeDirectories(components: readonly string[]): void {
    for (let length = 1; length <= components.length; length++) {
      const path = this.#join(components.slice(0, length));
      const there = statOf(path);
      if (there?.isDirectory() === true) continue;
      if (there !== null) {
        throw new ArchiveRefused(`${shown(components.slice(0, length).join("/"))} is a directory and something else`);
      }
      this.#countEntry();
      this.#take(deriveBlocks(0));
      mkdirSync(path, { mode: 0o755 });
    }
  }

  #join(components: readonly string[]): string {
    return join(this.#root, ...components);
  }

  #countEntry(): void {
    this.#files++;
    const { maxFiles } = this.#limits;
    if (this.#files > maxFiles) throw new ArchiveRefused(`the archive holds more than ${maxFiles} files`);
    this.#progress(this.use);
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    const { maxBytes } = this.#limits;
    if (this.#bytes > maxBytes) {
      throw new ArchiveRefused(`the archive unpacks to more than ${maxBytes} bytes, which is what there is room for`);
    }
    this.#progress(this.use);
  }
}

function statOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
