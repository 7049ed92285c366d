import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import type { DiskLimits } from "../tree/disk-use.ts";
import { ArchiveRefused } from "./archive-refused.ts";
import type { UnpackPlace } from "./unpack-place.ts";

/** Header and padding of an entry, generously. */
const entryOverheadBytes = 4096;

export async function unpackTar(
  archive: Readable,
  compressed: boolean,
  place: UnpackPlace,
  limits: DiskLimits,
): Promise<void> {
  const entries = extract();
  const stages = [...(compressed ? [createGunzip()] : []), boundedBy(limits)];
  const feeding = pipeline([archive, ...stages, entries]);
  // Reported by the loop below, or by the await behind it.
  feeding.catch(() => {});
  try {
    for await (const entry of entries) {
      await unpackEntry(entry.header, entry as AsyncIterable<Uint8Array>, place);
      entry.resume();
    }
    await feeding;
  } catch (error) {
    throw describe(error);
  }
}

async function unpackEntry(header: Header, contents: AsyncIterable<Uint8Array>, place: UnpackPlace): Promise<void> {
  const { name, type, linkname } = header;
  switch (type) {
    case "file":
    case "contiguous-file":
      return place.file(name, header.mode ?? 0o644, contents);
    case "directory":
      return place.directory(name);
    case "symlink":
      return place.symbolicLink(name, linkname ?? "");
    case "link":
      return place.hardLink(name, linkname ?? "");
    default:
      return place.refuse(name, type ?? "thing of an unknown kind");
  }
}

/** Header without entries take no room, only time: they have an end too. */
function boundedBy({ maxBytes, maxFiles }: DiskLimits): Transform {
  const most = maxBytes + maxFiles * entryOverheadBytes;
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > most) done(new ArchiveRefused(`the archive unpacks to more than ${most} bytes`));
      else done(null, chunk);
    },
  });
}

function describe(error: unknown): unknown {
  if (error instanceof ArchiveRefused || !(error instanceof Error)) return error;
  // Those of the disk say what is wrong with it.
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return error;
  return new ArchiveRefused(`the archive is damaged: ${error.message}`);
}
