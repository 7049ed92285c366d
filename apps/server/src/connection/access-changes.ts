/**
 * What somebody may do with a thread has changed: their connections hear of it on every node, and one that follows a thread which
 * they may not read any more ends that at once. Other nodes are told over the bus; a message may be lost, so every node also asks the
 * database what the followers of its threads may do, when it hears that something has changed (`database/listening.ts`), and every so often.
 */
import type { Right } from "@skein/protocol/right";
import { z } from "zod";
import type { Bus } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { carriedBy, decideThreadRights, ownsEveryThread, type ThreadAccess } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import type { Follow } from "../log/thread-access.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { Connection } from "./connection.ts";
import { Watch } from "./watch.ts";

export interface AccessPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "access">;
  /** Those that have said hello. */
  connections(): Iterable<Connection>;
  rightsOn(thread: ThreadKey, principal: Principal): ReadonlySet<Right> | Promise<ReadonlySet<Right>>;
  /** Threads that are gone are missing from the answer. */
  accessOf(follows: readonly Follow[]): Promise<readonly (Follow & { readonly access: ThreadAccess })[]>;
  /** Asks what waits for an answer. */
  remind(thread: ThreadKey, subscription: Subscription): Promise<void>;
  report(problem: string, details: object): void;
}

const messageSchema = z.object({ tenantId: z.string(), threadId: z.string(), userId: z.string(), ended: z.boolean() });
type Message = z.infer<typeof messageSchema>;

const checkEveryMs = 5_000;

export class AccessChanges {
  readonly #ports: AccessPorts;
  readonly #watch: Watch;
  /** How often something was heard of a connection's rights on a thread. */
  readonly #heard = new WeakMap<Connection, Map<string, number>>();

  constructor(ports: AccessPorts) {
    this.#ports = ports;
    this.#watch = new Watch({
      ...{ bus: ports.bus, subject: ports.subjects.access, everyMs: checkEveryMs },
      heard: (message) => {
        try {
          this.#hear(messageSchema.parse(JSON.parse(message)));
        } catch (err) {
          ports.report("a message of another node was not understood", { subject: ports.subjects.access, err });
        }
      },
      look: () => this.check(),
    });
  }

  /** Committed. `ended`: what the person has open ends here before this returns. */
  changed(thread: ThreadKey, change: Pick<Message, "userId" | "ended">): void {
    const message = { ...thread, ...change };
    this.#hear(message);
    this.#watch.tell(JSON.stringify(message));
  }

  /** Heals what the bus has lost. */
  async check(): Promise<void> {
    const followers = this.#followers();
    if (followers.length === 0) return;
    try {
      const found = await this.#ports.accessOf(
        followers.map(({ threadId, connection: { userId } }) => ({ threadId, userId })),
      );
      const byFollow = new Map(found.map(({ threadId, userId, access }) => [`${threadId} ${userId}`, access]));
      for (const { connection, threadId, rights } of followers) {
        const access = byFollow.get(`${threadId} ${connection.userId}`);
        // A thread that is gone is the head check's to tell of.
        if (access === undefined) continue;
        const now = decideThreadRights(connection.principal, access);
        if (!sameRights(rights, now)) void this.#look(connection, threadId);
      }
    } catch (err) {
      this.#ports.report("the rights of those who follow threads could not be checked", { err });
    }
  }

  stop(): void {
    this.#watch.stop();
  }

  /** Those whose rights depend on whose the thread is. */
  #followers() {
    return [...this.#ports.connections()]
      .filter(({ principal }) => !ownsEveryThread(principal))
      .flatMap((connection) =>
        [...connection.followed].map(([threadId, rights]) => ({ connection, threadId, rights })),
      );
  }

  #hear({ tenantId, threadId, userId, ended }: Message): void {
    const isMeant = ({ principal }: Connection) =>
      principal.tenantId === tenantId && principal.userId === userId && carriedBy(principal).includes("read");
    const concerned = [...this.#ports.connections()].filter(isMeant);
    for (const connection of concerned) {
      // What ends does so now, and not when the database has been asked; owners of the tenant lose nothing.
      if (!ended || ownsEveryThread(connection.principal)) {
        void this.#look(connection, threadId);
      } else {
        this.#begin(connection, threadId);
        connection.withdraw(threadId);
      }
    }
  }

  /** The message may be old: what counts is in the database. */
  async #look(connection: Connection, threadId: string): Promise<void> {
    const isLatest = this.#begin(connection, threadId);
    try {
      const { tenantId, principal } = connection;
      const rights = await this.#ports.rightsOn({ tenantId, threadId }, principal);
      if (isLatest()) this.#apply(connection, threadId, rights);
    } catch (err) {
      this.#ports.report("what somebody may do with a thread could not be read", { threadId, err });
    }
  }

  /** Says, whenever asked, whether nothing newer was heard. */
  #begin(connection: Connection, threadId: string): () => boolean {
    const heard = this.#heard.get(connection) ?? new Map<string, number>();
    this.#heard.set(connection, heard);
    const place = (heard.get(threadId) ?? 0) + 1;
    heard.set(threadId, place);
    return () => heard.get(threadId) === place;
  }

  #apply(connection: Connection, threadId: string, rights: ReadonlySet<Right>): void {
    if (connection.isClosed) return;
    if (!rights.has("read")) {
      // One that does not follow it is told by the word that it ended, if it ever might read it.
      if (connection.isSubscribedTo(threadId)) connection.withdraw(threadId);
      return;
    }
    connection.changeRights(threadId, rights);
    const subscription = connection.subscriptionTo(threadId);
    if (subscription === undefined || !rights.has("approve")) return;
    this.#ports
      .remind({ tenantId: connection.tenantId, threadId }, subscription)
      .catch((err: unknown) => this.#ports.report("somebody was not asked what waits", { threadId, err }));
  }
}

function sameRights(a: ReadonlySet<Right>, b: ReadonlySet<Right>): boolean {
  return a.size === b.size && [...a].every((right) => b.has(right));
}
