import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import type { ArchiveParts } from "./archive-parts.ts";
import { ArchiveRefused } from "./archive-refused.ts";
import { shown } from "./decide-entry.ts";
import type { UnpackPlace } from "./unpack-place.ts";

const kindMask = 0o170000;
const linkKind = 0o120000;
const fileKind = 0o100000;
const directoryKind = 0o040000;
const maxTargetBytes = 4096;

export async function unpackZip(archive: ArchiveParts, place: UnpackPlace): Promise<void> {
  const file = await openZip(archive);
  try {
    for await (const entry of entriesOf(file)) await unpackEntry(file, entry, place);
  } finally {
    file.close();
  }
}

async function unpackEntry(file: ZipFile, entry: Entry, place: UnpackPlace): Promise<void> {
  const { fileName: name } = entry;
  if (entry.isEncrypted()) throw new ArchiveRefused(`${shown(name)} is encrypted`);
  // Zero where the archive was not made on Unix.
  const mode = entry.externalFileAttributes >>> 16;
  const kind = mode & kindMask;
  if (name.endsWith("/") || kind === directoryKind) return place.directory(name);
  if (kind === linkKind) {
    if (entry.uncompressedSize > maxTargetBytes) throw new ArchiveRefused(`the link ${shown(name)} is too long`);
    return place.symbolicLink(name, (await buffer(await contentsOf(file, entry))).toString("utf8"));
  }
  if (kind !== 0 && kind !== fileKind) return place.refuse(name, "device, pipe or socket");
  return place.file(name, mode, await contentsOf(file, entry));
}

class PartsReader extends RandomAccessReader {
  readonly #archive: ArchiveParts;

  constructor(archive: ArchiveParts) {
    super();
    this.#archive = archive;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#archive.read(start, end);
  }
}

function openZip(archive: ArchiveParts): Promise<ZipFile> {
  const { promise, resolve, reject } = Promise.withResolvers<ZipFile>();
  const options = { lazyEntries: true, autoClose: false };
  fromRandomAccessReader(new PartsReader(archive), archive.size, options, (error, file) => {
    if (error === null) resolve(file);
    else reject(damaged(error));
  });
  return promise;
}

async function* entriesOf(file: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<Entry | null>();
    file.once("entry", resolve);
    file.once("end", () => resolve(null));
    file.once("error", (error: Error) => reject(damaged(error)));
    file.readEntry();
    const entry = await promise.finally(() => file.removeAllListeners());
    if (entry === null) return;
    yield entry;
  }
}

/** Its length is checked against what the archive says. */
async function contentsOf(file: ZipFile, entry: Entry): Promise<Readable> {
  const { promise, resolve, reject } = Promise.withResolvers<Readable>();
  file.openReadStream(entry, (error, stream) => {
    if (error === null) resolve(stream);
    else reject(damaged(error));
  });
  return promise;
}

function damaged(error: Error): ArchiveRefused {
  return new ArchiveRefused(`the archive is damaged: ${error.message}`);
}
