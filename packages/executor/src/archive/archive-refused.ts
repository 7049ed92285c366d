/** An archive is not one, or holds what must not be unpacked; the message is for the person who sent it. */
export class ArchiveRefused extends Error {
  override readonly name = "ArchiveRefused";
}
