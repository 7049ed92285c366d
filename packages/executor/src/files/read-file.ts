import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { RunnerRefusal } from "../rpc/methods.ts";
import { fileRefusal, isMissing } from "./file-error.ts";

/** null: there is no such file. Does not wait for the writer of a FIFO: everything but a regular file is refused. */
export async function readFile(path: string, maxBytes: number): Promise<Uint8Array | null> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileRefusal("read", path, error);
  }
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new RunnerRefusal("EISDIR", `cannot read ${path}: it is a directory`);
    if (!stat.isFile()) throw new RunnerRefusal("EINVAL", `cannot read ${path}: it is no regular file`);
    return await readAll(file, path, maxBytes);
  } catch (error) {
    throw fileRefusal("read", path, error);
  } finally {
    await file.close();
  }
}

/** Reads to the end and not to the size: a file of /proc says 0, and a file may grow meanwhile. */
async function readAll(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let total = 0; ; ) {
    const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, maxBytes + 1 - total));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    total += bytesRead;
    if (total > maxBytes) throw new RunnerRefusal("EFBIG", `cannot read ${path}: it is larger than ${maxBytes} bytes`);
    chunks.push(chunk.subarray(0, bytesRead));
  }
}
