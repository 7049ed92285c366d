/** Frames of a WebSocket client, also such as no client may send. */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface WireFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** The last of its message. */
  readonly fin?: boolean;
  /** Of the three bits that mean nothing without an extension. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** Said in the header, instead of what the payload has. */
  readonly claimedLength?: bigint;
}

const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);

export function encodeFrame(frame: WireFrame): Buffer {
  const { opcode, payload, fin = true, reserved = 0, masked = true } = frame;
  const length = frame.claimedLength ?? BigInt(payload.length);
  const head = Buffer.alloc(10);
  head[0] = (fin ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15);
  const size = length < 126n ? 2 : length < 65_536n ? 4 : 10;
  head[1] = (masked ? 0x80 : 0) | (size === 2 ? Number(length) : size === 4 ? 126 : 127);
  if (size === 4) head.writeUInt16BE(Number(length), 2);
  if (size === 10) head.writeBigUInt64BE(length, 2);
  if (!masked) return Buffer.concat([head.subarray(0, size), payload]);
  const hidden = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([head.subarray(0, size), mask, hidden]);
}
