/** An environment of files in a map, in which no command can be started. */
import {
  type Environment,
  EnvironmentFailure,
  type EnvironmentInfo,
  FileFailure,
  type FileKind,
  type RunningProcess,
} from "../ports.ts";

export class FileEnvironment implements Environment {
  readonly info: EnvironmentInfo = { root: "/desk", shell: "/bin/bash", isolation: "none" };
  readonly files: Map<string, Uint8Array | "directory">;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.files = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  }

  start(): Promise<RunningProcess> {
    return Promise.reject(new EnvironmentFailure("no command can be started here"));
  }

  async readFile(path: string, maxBytes: number): Promise<Uint8Array | null> {
    const file = this.files.get(path);
    if (file === "directory") throw new FileFailure("EISDIR", `${path} is a directory`);
    if (file !== undefined && file.length > maxBytes) throw new FileFailure("EFBIG", `${path} is too large`);
    return file ?? null;
  }

  async fileKind(path: string): Promise<FileKind | null> {
    const file = this.files.get(path);
    if (file === undefined) return null;
    return file === "directory" ? "directory" : "file";
  }

  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, bytes);
  }

  async removeFile(path: string): Promise<void> {
    if (!this.files.delete(path)) throw new FileFailure("ENOENT", `${path} does not exist`);
  }
}
