/**
 * One message on the wire between an environment and a runner: a JSON header and raw bytes beside it, so that output
 * and file contents are never escaped or encoded.
 *
 * `u32 length of the rest · u32 length of the header · header (UTF-8 JSON) · body`, big endian.
 */
export interface Frame {
  readonly header: unknown;
  readonly body: Uint8Array;
}

export const maxHeaderBytes = 8 * 1024 * 1024;
/** Also the largest file that can be read or written in one request. */
export const maxBodyBytes = 16 * 1024 * 1024;

const prefixBytes = 8;
const noBytes = new Uint8Array(0);

/** The peer does not speak the protocol; nothing that follows on the stream can be trusted. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Two buffers, so that a large body is not copied. Throws `FrameError` when the message is above the caps. */
export function encodeFrame(header: unknown, body: Uint8Array = noBytes): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(header), "utf8");
  if (json.length > maxHeaderBytes) throw new FrameError(`a header of ${json.length} bytes is above ${maxHeaderBytes}`);
  if (body.length > maxBodyBytes) throw new FrameError(`a body of ${body.length} bytes is above ${maxBodyBytes}`);
  const head = Buffer.allocUnsafe(prefixBytes + json.length);
  head.writeUInt32BE(4 + json.length + body.length, 0);
  head.writeUInt32BE(json.length, 4);
  json.copy(head, prefixBytes);
  return body.length === 0 ? [head] : [head, body];
}

/** Cuts a byte stream into frames, whatever its chunks. Bodies are copies: they outlive the chunks they came in. */
export class FrameDecoder {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Bytes of the frame under way with its prefix; null until the prefix is there. */
  #needed: number | null = null;

  /** Throws `FrameError` at the first byte that cannot belong to a frame; the decoder is of no use afterwards. */
  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.#needed === null) {
        if (this.#bytes < prefixBytes) return frames;
        this.#needed = this.#readLength();
      }
      if (this.#bytes < this.#needed) return frames;
      const whole = this.#take(this.#needed);
      this.#needed = null;
      frames.push(parseFrame(whole));
    }
  }

  #readLength(): number {
    const joined = this.#join();
    const rest = joined.readUInt32BE(0);
    const header = joined.readUInt32BE(4);
    if (header > maxHeaderBytes || rest < 4 + header || rest - 4 - header > maxBodyBytes) {
      throw new FrameError(`a frame of ${rest} bytes with a header of ${header} is not acceptable`);
    }
    return 4 + rest;
  }

  #take(count: number): Buffer {
    const joined = this.#join();
    const whole = Buffer.from(joined.subarray(0, count));
    const left = joined.subarray(count);
    this.#chunks = left.length === 0 ? [] : [left];
    this.#bytes = left.length;
    return whole;
  }

  #join(): Buffer {
    const [only] = this.#chunks;
    const joined =
      this.#chunks.length === 1 && only !== undefined
        ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
        : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

function parseFrame(whole: Buffer): Frame {
  const headerEnd = prefixBytes + whole.readUInt32BE(4);
  try {
    return { header: JSON.parse(whole.toString("utf8", prefixBytes, headerEnd)), body: whole.subarray(headerEnd) };
  } catch {
    throw new FrameError("a frame's header is no JSON");
  }
}
