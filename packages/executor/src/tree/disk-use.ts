/** What a directory tree takes of the disk. Blocks are counted, as the file system gives them, and not lengths. */
export interface DiskUse {
  readonly bytes: number;
  /** Files, directories and links, the root left out. */
  readonly files: number;
}

export interface DiskLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

const blockBytes = 4096;

/** What a file of this length will take, its entry included. */
export function deriveBlocks(length: number): number {
  return Math.max(1, Math.ceil(length / blockBytes)) * blockBytes;
}
