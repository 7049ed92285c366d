import { type FileHandle, open } from "node:fs/promises";
import { Refusal } from "./refusal.ts";

const newline = 10;

/**
 * The lines of a file, which end at newlines and nowhere else: JSON may hold U+2028 as it is, at which other readers break. Throws
 * `Refusal` for a file that cannot be read and for a line of more than `maxBytes`, of which no more is held.
 */
export async function* readLines(path: string, maxBytes: number): AsyncGenerator<string> {
  const file = await open(path).catch((error: Error) => refuse(path, error));
  let pieces: Buffer[] = [];
  let bytes = 0;
  let lines = 0;
  for await (const chunk of chunksOf(file, path)) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      pieces.push(chunk.subarray(from, end));
      yield Buffer.concat(pieces).toString();
      lines += 1;
      from = end + 1;
      [pieces, bytes] = [[], 0];
    }
    pieces.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxBytes) throw new Refusal(`line ${lines + 1} of ${path} has more than ${maxBytes} bytes`);
  }
  if (bytes > 0) yield Buffer.concat(pieces).toString();
}

async function* chunksOf(file: FileHandle, path: string): AsyncGenerator<Buffer> {
  try {
    yield* file.createReadStream() as AsyncIterable<Buffer>;
  } catch (error) {
    refuse(path, error as Error);
  }
}

function refuse(path: string, error: Error): never {
  throw new Refusal(`${JSON.stringify(path)} cannot be read: ${error.message}`, { cause: error });
}
