import { posix } from "node:path";
import { FileFailure } from "../../ports.ts";

export type MemoryNode =
  | { readonly type: "file"; readonly bytes: Uint8Array }
  | { readonly type: "link"; readonly target: string };

/** A file system in memory: files and symbolic links by absolute path; directories are what their files imply. */
export class MemoryFiles {
  readonly nodes = new Map<string, MemoryNode>();
  /** Paths whose writing and removal is refused. */
  readonly readOnly = new Set<string>();

  addFile(path: string, content: string | Uint8Array): void {
    this.nodes.set(path, { type: "file", bytes: typeof content === "string" ? Buffer.from(content) : content });
  }

  addLink(path: string, target: string): void {
    this.nodes.set(path, { type: "link", target });
  }

  text(path: string): string | null {
    const node = this.nodes.get(this.resolve(path));
    return node?.type === "file" ? Buffer.from(node.bytes).toString() : null;
  }

  read(path: string, maxBytes: number): Uint8Array | null {
    const real = this.resolve(path);
    if (this.isDirectory(real)) throw new FileFailure("EISDIR", `${path} is a directory`);
    const node = this.nodes.get(real);
    if (node?.type !== "file") return null;
    if (node.bytes.length > maxBytes) throw new FileFailure("EFBIG", `${path} is larger than ${maxBytes} bytes`);
    return node.bytes;
  }

  write(path: string, bytes: Uint8Array): void {
    const real = this.resolve(path);
    this.refuse(real);
    if (this.isDirectory(real)) throw new FileFailure("EISDIR", `${path} is a directory`);
    this.nodes.set(real, { type: "file", bytes });
  }

  remove(path: string): void {
    const place = posix.join(this.resolve(posix.dirname(path)), posix.basename(path));
    this.refuse(place);
    if (!this.nodes.delete(place)) throw new FileFailure("ENOENT", `${path} does not exist`);
  }

  isDirectory(path: string): boolean {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.nodes.keys()].some((key) => key.startsWith(prefix));
  }

  private refuse(path: string): void {
    if (this.readOnly.has(path)) throw new FileFailure("EROFS", "Read-only file system");
  }

  /** Follows links, one path component after another. */
  private resolve(path: string): string {
    let real = "/";
    for (const part of path.split("/").filter((piece) => piece !== "")) {
      const next = posix.join(real, part);
      const node = this.nodes.get(next);
      real = node?.type === "link" ? this.resolve(posix.resolve(real, node.target)) : next;
    }
    return real;
  }
}
