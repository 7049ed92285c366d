/** An archive on its way: what comes over the wire goes to the runner in parts, and is unpacked there when all of it has come. */
import { recogniseArchive } from "@skein/executor/archive/archive-format";
import { partName } from "@skein/executor/archive/archive-parts";
import { ArchiveRefused } from "@skein/executor/archive/archive-refused";
import { askTree } from "@skein/executor/tree/ask-tree";
import type { DiskUse } from "@skein/executor/tree/disk-use";
import { type Filling, FillingFailed } from "./making-workspaces.ts";

export interface ArchiveBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** As the sender says; null: they do not. */
  readonly totalBytes: number | null;
  readonly maxBytes: number;
  /** Nobody reads on: `chunks` ends. */
  cancel(): void;
}

export interface ReceivedArchive {
  readonly count: number;
  readonly directory: string;
}

/** Of memory that an upload takes here; a part is one message to a runner. */
const partBytes = 4 * 1024 * 1024;
/** Beside what the archive brings; it is gone before the workspace is ready. */
const partsDirectory = ".skein-upload";
/** A sender of whom nothing comes for so long is gone. */
const silenceMs = 60_000;

/** Resolves when all has come. Rejects with `FillingFailed` when it breaks off or is too long. */
export async function receiveArchive(
  { environment, signal, progress }: Filling,
  body: ArchiveBody,
): Promise<ReceivedArchive> {
  const directory = `${environment.info.root}/${partsDirectory}`;
  let count = 0;
  let bytes = 0;
  signal.addEventListener("abort", body.cancel);
  try {
    for await (const part of partsOf(body)) {
      signal.throwIfAborted();
      if (count === 0) checkFormat(part);
      await environment.writeFile(`${directory}/${partName(count++)}`, part, { type: "dangerFullAccess" });
      bytes += part.length;
      progress({ step: "receiving", bytes, totalBytes: body.totalBytes, files: 0 });
    }
  } finally {
    signal.removeEventListener("abort", body.cancel);
  }
  if (bytes === 0) throw new FillingFailed("the archive is empty");
  return { count, directory };
}

/** So that whoever sends something else hears of it before all of it is sent. */
function checkFormat(head: Uint8Array): void {
  try {
    recogniseArchive(head);
  } catch (error) {
    throw error instanceof ArchiveRefused ? new FillingFailed(error.message) : error;
  }
}

export function unpackReceived(
  { environment, room, signal, progress }: Filling,
  { count, directory }: ReceivedArchive,
): Promise<DiskUse> {
  const { root } = environment.info;
  const task = { type: "unpack" as const, root, parts: { directory, count, partBytes }, limits: room };
  const told = ({ bytes, files }: DiskUse) => progress({ step: "unpacking", bytes, totalBytes: null, files });
  return askTree(environment, task, { signal, progress: told });
}

async function* partsOf({ chunks, maxBytes, cancel }: ArchiveBody): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let held = 0;
  let total = 0;
  const silence = setTimeout(cancel, silenceMs);
  try {
    for await (const chunk of chunks) {
      silence.refresh();
      total += chunk.length;
      if (total > maxBytes) throw new FillingFailed(`an archive may have ${maxBytes} bytes, and this one is longer`);
      waiting.push(chunk);
      held += chunk.length;
      while (held >= partBytes) {
        const whole = Buffer.concat(waiting);
        yield whole.subarray(0, partBytes);
        silence.refresh();
        waiting = [whole.subarray(partBytes)];
        held -= partBytes;
      }
    }
  } catch (error) {
    if (error instanceof FillingFailed) throw error;
    throw new FillingFailed("the archive broke off on its way");
  } finally {
    clearTimeout(silence);
  }
  if (held > 0) yield Buffer.concat(waiting);
}
