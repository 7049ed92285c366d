import { encodeKnowledge, isSnapshotDue, type OwnerKnowledge } from "./owner-snapshot.ts";

/** JSON text of what an owner knew at `seq`. */
export interface EncodedSnapshot {
  readonly seq: number;
  readonly state: string;
}

/** Keeps the snapshot of one thread near its head. One write at a time; one that fails is made good by the next. */
export class SnapshotWriter {
  readonly #write: (snapshot: EncodedSnapshot) => Promise<unknown>;
  readonly #failed: (reason: unknown) => void;
  #seq: number;
  #writing: Promise<void> | null = null;

  /** `seq`: of the snapshot that there is; 0: none. */
  constructor(seq: number, write: (snapshot: EncodedSnapshot) => Promise<unknown>, failed: (reason: unknown) => void) {
    this.#seq = seq;
    this.#write = write;
    this.#failed = failed;
  }

  /** Writes a snapshot if it is time for one. `headSeq`: up to which `knowledge` is folded. */
  consider(headSeq: number, knowledge: OwnerKnowledge): void {
    if (this.#writing !== null || !isSnapshotDue(headSeq - this.#seq, knowledge.state)) return;
    this.#seq = headSeq;
    this.#writing = this.#write({ seq: headSeq, state: encodeKnowledge(knowledge) })
      .then(() => {}, this.#failed)
      .finally(() => {
        this.#writing = null;
      });
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }
}
