/**
 * Who follows which thread, on this node and on the others. It is in no log: what is lost of it comes again with the next heartbeat, and
 * who died is forgotten when theirs do not come. A thread is spoken of on the bus by the nodes where somebody follows it.
 */
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { PresenceClock } from "./presence-clock.ts";
import { decodePresence, encodePresence } from "./presence-message.ts";
import { Room } from "./room.ts";
import type { Watcher } from "./watcher.ts";

export interface PresencesPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "presence">;
  readonly nodeId: string;
  readonly clock: PresenceClock;
  report(problem: string, details: object): void;
}

export const beatEveryMs = 10_000;

interface Opened {
  readonly room: Room;
  readonly leave: Unsubscribe;
}

export class Presences {
  readonly #ports: PresencesPorts;
  readonly #rooms = new Map<string, Opened>();
  #number: number;
  #stopBeating: () => void;

  constructor(ports: PresencesPorts) {
    this.#ports = ports;
    this.#number = ports.clock.now();
    this.#stopBeating = this.#beatLater();
  }

  /** It may read the thread, and is sent it from now on. Again: nothing changes. */
  arrived(thread: ThreadKey, watcher: Watcher): void {
    this.#open(thread).room.arrived(watcher);
  }

  left({ threadId }: ThreadKey, watcher: Watcher): void {
    this.#rooms.get(threadId)?.room.left(watcher);
  }

  /** Of one that does not follow the thread nothing is told. */
  types({ threadId }: ThreadKey, watcher: Watcher, typing: boolean): void {
    this.#rooms.get(threadId)?.room.types(watcher, typing);
  }

  stop(): void {
    this.#stopBeating();
    for (const opened of [...this.#rooms.values()]) this.#close(opened);
  }

  #beatLater(): () => void {
    return this.#ports.clock.after(beatEveryMs, () => {
      for (const { room } of [...this.#rooms.values()]) room.beat();
      this.#stopBeating = this.#beatLater();
    });
  }

  #open(thread: ThreadKey): Opened {
    const known = this.#rooms.get(thread.threadId);
    if (known !== undefined) return known;
    const { bus, subjects, nodeId, clock, report } = this.#ports;
    const { tenantId, threadId } = thread;
    const subject = subjects.presence(threadId);
    const room = new Room(thread, {
      clock,
      say: (people, asks) => {
        this.#number += 1;
        const message = { nodeId, tenantId, number: this.#number, asks, people };
        bus.publish(subject, () => encodePresence(message));
      },
      emptied: () => this.#close(opened),
    });
    const leave = bus.subscribe(subject, (payload) => {
      try {
        const message = decodePresence(payload);
        if (message.tenantId === tenantId && message.nodeId !== nodeId) room.hear(message);
      } catch (err) {
        report("a message of another node was not understood", { subject, err });
      }
    });
    const opened = { room, leave };
    this.#rooms.set(threadId, opened);
    return opened;
  }

  #close({ room, leave }: Opened): void {
    leave();
    room.close();
    this.#rooms.delete(room.thread.threadId);
  }
}
