/** A connection that follows a thread, as far as presence knows it. */
import type { Principal } from "../identity/principal.ts";

export interface Watcher {
  readonly principal: Principal;
  /** Whether it was granted `skein/presence` and wants it. One that was not is seen by the others all the same. */
  readonly hearsPresence: boolean;
  /** What may be lost: of what is `about` the same, a client that does not keep up is sent the newest when it does again. */
  offer(about: string, notice: Buffer): void;
}
