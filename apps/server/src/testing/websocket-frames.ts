/** Finds the frames in what a WebSocket server sends, without looking into them. */

/** Of an answer's head, and of each frame after it: `isMessage` for the ones that carry text. */
export interface WirePart {
  readonly bytes: Buffer;
  readonly isMessage: boolean;
}

const textOpcode = 1;
const headEnd = "\r\n\r\n";

export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  /** The parts that are complete with these bytes. */
  push(bytes: Buffer): readonly WirePart[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const parts: WirePart[] = [];
    for (let part = this.#next(); part !== null; part = this.#next()) parts.push(part);
    return parts;
  }

  #next(): WirePart | null {
    const length = this.#isUpgraded ? frameLength(this.#rest) : headLength(this.#rest);
    if (length === null || this.#rest.length < length) return null;
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    const isMessage = this.#isUpgraded && ((bytes[0] ?? 0) & 0x0f) === textOpcode;
    this.#isUpgraded = true;
    return { bytes, isMessage };
  }
}

function headLength(bytes: Buffer): number | null {
  const end = bytes.indexOf(headEnd);
  return end === -1 ? null : end + headEnd.length;
}

/** A server does not mask. */
function frameLength(bytes: Buffer): number | null {
  const short = (bytes[1] ?? 0) & 0x7f;
  if (bytes.length < 2) return null;
  if (short < 126) return 2 + short;
  if (short === 126) return bytes.length < 4 ? null : 4 + bytes.readUInt16BE(2);
  return bytes.length < 10 ? null : 10 + Number(bytes.readBigUInt64BE(2));
}
