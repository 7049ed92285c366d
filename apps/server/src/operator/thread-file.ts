/**
 * A thread as a file: one JSON value per line. The first says what it is, one line per event follows, the last counts and
 * hashes what stands before it, so that a file that was cut off or changed is noticed. Nothing in it names a tenant, a node or a lease.
 */
import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import { Refusal } from "./refusal.ts";

const format = "skein-thread";
const version = 1;

/** As far as dates go. */
const timeMs = z.number().min(0).max(8_640_000_000_000_000);

const headerSchema = z.object({
  format: z.literal(format),
  version: z.literal(version),
  thread: z.object({
    id: z.uuid().toLowerCase(),
    name: z.string().nullable(),
    preview: z.string(),
    createdAtMs: timeMs,
    source: z.string(),
    threadSource: z.string().nullable(),
    originator: z.string(),
  }),
});
export type ThreadFileHeader = z.infer<typeof headerSchema>["thread"];

/** As the log keeps it, bodies that are kept apart put in their places. */
const eventSchema = z.object({
  seq: z.int().min(1),
  type: z.string(),
  version: z.int(),
  at: timeMs,
  payload: z.record(z.string(), z.unknown()),
});
export type ThreadFileEvent = z.infer<typeof eventSchema>;

const endSchema = z.object({ events: z.int().min(0), sha256: z.string() });

export class ThreadFileWriter {
  readonly #hash: Hash = createHash("sha256");
  #events = 0;

  header(thread: ThreadFileHeader): string {
    return this.#line(JSON.stringify({ format, version, thread }));
  }

  /** `payload`: JSON text, which goes into the file byte for byte. */
  event(event: Omit<ThreadFileEvent, "payload">, payload: string): string {
    this.#events += 1;
    return this.#line(`${JSON.stringify(event).slice(0, -1)},"payload":${payload}}`);
  }

  end(): string {
    return `${JSON.stringify({ events: this.#events, sha256: this.#hash.digest("hex") })}\n`;
  }

  #line(text: string): string {
    this.#hash.update(`${text}\n`);
    return `${text}\n`;
  }
}

/** Reads the lines of a file in order. Throws `Refusal`, naming the line. */
export class ThreadFileReader {
  readonly #hash = createHash("sha256");
  #lines = 0;
  #events = 0;
  #ended = false;

  header(line: string): ThreadFileHeader {
    return this.#parse(headerSchema, line, "is not the beginning of an exported thread").thread;
  }

  /** null: the line ends the file, and everything before it is as it was written. */
  event(line: string): ThreadFileEvent | null {
    if (this.#ended) throw new Refusal(`line ${this.#lines + 1} stands behind the end`);
    const end = endSchema.safeParse(parseJson(line));
    if (end.success) {
      this.#ended = true;
      const intact = end.data.events === this.#events && end.data.sha256 === this.#hash.digest("hex");
      if (!intact) throw new Refusal("the file was changed after it was written");
      return null;
    }
    this.#events += 1;
    return this.#parse(eventSchema, line, "is not an event");
  }

  /** Throws when the end has not been read. */
  finish(): void {
    if (!this.#ended) throw new Refusal(`the file breaks off after ${this.#lines} lines`);
  }

  #parse<T>(schema: z.ZodType<T>, line: string, complaint: string): T {
    this.#lines += 1;
    const parsed = schema.safeParse(parseJson(line));
    if (!parsed.success) throw new Refusal(`line ${this.#lines} ${complaint}`);
    this.#hash.update(`${line}\n`);
    return parsed.data;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
