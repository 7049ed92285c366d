import { buffer } from "node:stream/consumers";
import type { DiskLimits, DiskUse } from "../tree/disk-use.ts";
import { recogniseArchive, recognisedBytes } from "./archive-format.ts";
import type { ArchiveParts } from "./archive-parts.ts";
import { UnpackPlace } from "./unpack-place.ts";
import { unpackTar } from "./unpack-tar.ts";
import { unpackZip } from "./unpack-zip.ts";

/**
 * Unpacks into an existing directory. Throws `ArchiveRefused` at the first entry that must not be there, or when the limits are
 * reached; what was written by then is the caller's to remove.
 */
export async function unpackArchive(
  archive: ArchiveParts,
  root: string,
  limits: DiskLimits,
  progress: (use: DiskUse) => void,
): Promise<DiskUse> {
  const place = new UnpackPlace(root, limits, progress);
  const format = recogniseArchive(await buffer(archive.read(0, recognisedBytes)));
  if (format === "zip") await unpackZip(archive, place);
  else await unpackTar(archive.read(), format === "tar.gz", place, limits);
  return place.use;
}
