import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for a runner that was given none. */
export class RuntimeDirectory {
  #path: string | null = null;

  make(): string {
    this.#path ??= mkdtempSync(join(tmpdir(), "skein-runner-"));
    return this.#path;
  }

  remove(): void {
    if (this.#path !== null) rmSync(this.#path, { recursive: true, force: true });
  }
}
