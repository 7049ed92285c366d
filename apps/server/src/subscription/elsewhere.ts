/**
 * The other nodes, as subscriptions see them. Announcements have no seq and are safe to lose; commits carry seqs, so that
 * what is lost, doubled or late is noticed.
 */
import type { ThreadEvent } from "@skein/timeline/event";
import { z } from "zod";
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { type CommitMessage, decodeCommit, encodeCommit } from "./commit-message.ts";

/** A notification to everybody of a tenant who may read the thread. */
export interface Announcement {
  readonly method: string;
  readonly params: unknown;
  /** Its followers have it from their frames. */
  readonly threadId: string;
  /** Whose the thread is; null: nobody's. */
  readonly createdBy: string | null;
  /** To whom it was shared; null: each node reads it, which it cannot of a thread that is gone. */
  readonly guests: readonly string[] | null;
  /** It is about no thread, and everybody in the tenant may hear it; `threadId` says what it is about. */
  readonly toAll?: boolean;
  /** "person": of those who may read it only whose it is, and in any case, be it a thread or not. */
  readonly audience: "besidesFollowers" | "readers" | "person";
}

const announcementSchema = z.object({
  method: z.string(),
  params: z.unknown(),
  // As nodes of an earlier version call the thread.
  besidesFollowersOf: z.string(),
  // A node of an earlier version does not say; then its owners hear of it.
  createdBy: z.string().nullable().default(null),
  guests: z.array(z.string()).nullable().default(null),
  toAll: z.boolean().default(false),
  audience: z.enum(["besidesFollowers", "readers", "person"]).default("besidesFollowers"),
});

export interface Elsewhere {
  announce(tenantId: string, announcement: Announcement): void;
  hearAnnouncements(tenantId: string, hear: (announcement: Announcement) => void): Unsubscribe;
  /** `events` must not be empty. */
  commit(threadId: string, events: readonly ThreadEvent[]): void;
  hearCommits(threadId: string, hear: (message: CommitMessage) => void): Unsubscribe;
}

export function elsewhereOver(
  bus: Bus,
  subjects: Pick<Subjects, "tenant" | "thread">,
  report: (problem: string, details: object) => void,
): Elsewhere {
  const listen = <T>(subject: string, decode: (payload: Uint8Array) => T, hear: (message: T) => void) =>
    bus.subscribe(subject, (payload) => {
      try {
        hear(decode(payload));
      } catch (err) {
        report("a message of another node was not understood", { subject, err });
      }
    });
  return {
    announce: (tenantId, announcement) =>
      bus.publish(subjects.tenant(tenantId), () => encodeAnnouncement(announcement)),
    hearAnnouncements: (tenantId, hear) =>
      listen(
        subjects.tenant(tenantId),
        decodeAnnouncement,
        // In a later phase than answers that came before, as this node's own announcements are.
        (announcement) => setImmediate(() => hear(announcement)),
      ),
    commit: (threadId, events) => bus.publish(subjects.thread(threadId), () => encodeCommit(events)),
    hearCommits: (threadId, hear) => listen(subjects.thread(threadId), decodeCommit, hear),
  };
}

function encodeAnnouncement({ threadId: besidesFollowersOf, ...rest }: Announcement): Uint8Array {
  return Buffer.from(JSON.stringify({ ...rest, besidesFollowersOf }));
}

function decodeAnnouncement(payload: Uint8Array): Announcement {
  const { besidesFollowersOf: threadId, ...rest } = announcementSchema.parse(
    JSON.parse(Buffer.from(payload).toString()),
  );
  return { ...rest, threadId };
}
