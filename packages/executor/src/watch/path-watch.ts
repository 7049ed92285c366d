/**
 * Tells what becomes of a path and of its direct children, whether it is there yet or not. The directories above it, from the workspace's root
 * on, are watched for the next name on the way alone: so it is found again when it, or one of them, was made anew or put in another's place.
 */
import { type FSWatcher, lstatSync, statSync, watch } from "node:fs";
import { join } from "node:path/posix";
import { isTemporaryName } from "../files/temporary-name.ts";
import { type Changed, Changes } from "./changes.ts";

/** What changes within this time is told together. */
const quietMs = 200;
/** What is not there, or what keeps somebody from looking, is waited for. */
const absent: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR", "EACCES", "ELOOP"]);

export class PathWatch {
  readonly #within: string;
  readonly #path: string;
  /** From the root to the path. */
  readonly #names: readonly string[];
  readonly #tell: (changed: readonly Changed[]) => void;
  readonly #changes = new Changes();
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | null = null;
  #seen = "";

  /** Throws the system's error when it has no room for more watches. */
  constructor(within: string, path: string, tell: (changed: readonly Changed[]) => void) {
    this.#within = within;
    this.#path = path;
    this.#names = path.slice(within.length).split("/").filter(Boolean);
    this.#tell = tell;
    try {
      this.#seen = this.#arm();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    closeAll(this.#watchers);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Each directory is watched before anybody looks for what is in it. Gives what the path is. */
  #arm(): string {
    let directory = this.#within;
    for (const [index, name] of this.#names.entries()) {
      const isLast = index === this.#names.length - 1;
      const onWay = (changed: string | null) => (changed === name || changed === null) && this.#wayChanged(isLast);
      if (!this.#watch(directory, onWay)) break;
      directory = join(directory, name);
    }
    if (isDirectory(this.#path)) this.#watch(this.#path, (changed) => this.#childChanged(changed));
    return identify(this.#path);
  }

  /** False: there is nothing to be watched. */
  #watch(directory: string, changed: (name: string | null) => void): boolean {
    try {
      const watcher = watch(directory, { persistent: false }, (_, name) => changed(name));
      watcher.on("error", () => watcher.close());
      this.#watchers.push(watcher);
      return true;
    } catch (error) {
      if (absent.has((error as NodeJS.ErrnoException).code)) return false;
      throw error;
    }
  }

  #wayChanged(isItself: boolean): void {
    const before = this.#seen;
    if (!isItself || identify(this.#path) !== before) this.#rearm();
    if (isItself || this.#seen !== before) this.#changed(null);
  }

  /** The old watches go last: what they have not told yet the new ones tell. */
  #rearm(): void {
    const old = this.#watchers;
    this.#watchers = [];
    try {
      this.#seen = this.#arm();
    } catch {
      // Some of it is watched no more. That something has changed is told, and the next change tries again.
      this.#seen = "";
    }
    closeAll(old);
  }

  #childChanged(name: string | null): void {
    // A file that is written comes under its own name.
    if (name !== null && isTemporaryName(name)) return;
    // A directory that is removed says its own name.
    this.#changed(name !== null && (name !== this.#names.at(-1) || isThere(join(this.#path, name))) ? name : null);
  }

  #changed(name: Changed): void {
    this.#changes.add(name);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#tell(this.#changes.take());
    }, quietMs);
  }
}

function closeAll(watchers: readonly FSWatcher[]): void {
  for (const watcher of watchers) watcher.close();
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Changes when another one is in its place. */
function identify(path: string): string {
  try {
    const { dev, ino, mode, birthtimeMs } = statSync(path);
    return [dev, ino, mode, birthtimeMs].join(" ");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  }
}
