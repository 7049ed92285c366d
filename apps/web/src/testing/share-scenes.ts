/** The share dialog, the page of a link, and what becomes of a copy, as the fixtures page shows them. */
import type { ConnectionState } from "@skein/client/connection/state";
import type { ShareLink } from "@skein/protocol/methods/share";
import type { ShareInfo } from "../features/viewer-page/share-info.ts";
import { fixtureAnswers } from "./answers.ts";
import { base, finished } from "./example-thread.ts";
import type { FakeSessionOptions } from "./fake-session.ts";
import { fixtureTimeMs, timelineOf } from "./items.ts";
import { said, team } from "./team-scenes.ts";

const dayMs = 24 * 60 * 60 * 1000;

function linkOf(id: string, fields: Partial<ShareLink>): ShareLink {
  return {
    ...{ id, threadId: "thread-1", title: "Fix flaky replay test", level: "read", isLive: true, withHistory: true },
    ...{ createdAt: fixtureTimeMs, expiresAt: fixtureTimeMs + 7 * dayMs, opens: 3, createdBy: "Ada Lovelace" },
    ...fields,
  };
}

const links = [
  linkOf("link-1", {}),
  linkOf("link-2", { title: "For the people of the review board, who may say something", level: "comment", opens: 41 }),
  linkOf("link-3", { title: "As it was", isLive: false, level: "prompt", expiresAt: null, opens: 1 }),
];

const names = ["Bo Andersen", "Cyrus Okafor", "Di Marchetti", "Maximiliane Freifrau von Oppenheim-Rautenberg", "Grace"];
const grants = Array.from({ length: 14 }, (_, at) => ({
  ...{ userId: `person-${at}`, name: `${names[at % names.length]}${at < names.length ? "" : ` ${at}`}` },
  ...{ role: at === 2 ? ("viewer" as const) : ("member" as const), level: at % 2 === 0 ? "prompt" : "read" },
  ...{ grantedAt: fixtureTimeMs, grantedBy: null },
}));

const turnsShown = [finished].map(({ items, ...turn }) => ({
  ...{ id: turn.id, status: turn.status, error: null, itemsView: "full" as const },
  ...{ startedAt: turn.startedAt, completedAt: turn.completedAt, durationMs: turn.durationMs },
  items: items.map(({ item }) => item),
}));

const answers = {
  "skein/share/list": { data: links },
  "skein/share/create": { link: links[0], path: "/shared#skein_share_3q2w9c8b7a6f5e4d3c2b1a0987654321fedcba" },
  "skein/share/revoke": {},
  "skein/share/preview": { data: turnsShown, nextCursor: null, backwardsCursor: null, asOf: 1 },
};
const owners: FakeSessionOptions = { ...base, person: { ...team, role: "owner" }, answers };

export const shareScenes: Readonly<Record<string, FakeSessionOptions>> = {
  share: owners,
  "share-many": {
    ...owners,
    answers: {
      ...answers,
      "skein/thread/grant/list": { ...fixtureAnswers["skein/thread/grant/list"], data: grants },
      "skein/share/list": { data: [] },
    },
  },
  "share-reader": { ...base, person: team, rights: ["read"] },
  // The fixtures' server makes no copies.
  "copy-failed": base,
};

export interface LinkScene {
  readonly session: FakeSessionOptions;
  readonly info: ShareInfo;
}

const info: ShareInfo = {
  ...{ threadId: "thread-1", title: "Fix flaky replay test", level: "read", sharedBy: "Ada Lovelace" },
  ...{ isLive: true, withHistory: true, createdAt: fixtureTimeMs, expiresAt: fixtureTimeMs + 7 * dayMs },
  signedInAs: null,
};
const viewers: FakeSessionOptions = {
  ...base,
  timeline: timelineOf([
    {
      ...finished,
      comments: said.map((comment) => ({ ...comment, author: { ...comment.author, userId: null } })),
    },
  ]),
  rights: ["read"],
  people: [
    { who: "members", kind: "member", count: 2, typing: false },
    { who: "viewers", kind: "viewer", count: 12, typing: false },
  ],
};
const ended: ConnectionState = { type: "blocked", reason: "rejected", message: "This link leads nowhere." };

/** The page of a link, by name. */
export const linkScenes: Readonly<Record<string, LinkScene>> = {
  "link-read": { session: viewers, info },
  "link-stranger": { session: viewers, info: { ...info, level: "comment" } },
  "link-comment": { session: viewers, info: { ...info, level: "comment", signedInAs: "Grace Hopper" } },
  "link-prompt": { session: viewers, info: { ...info, level: "prompt", signedInAs: "Grace Hopper" } },
  "link-frozen": { session: { ...viewers, people: [] }, info: { ...info, isLive: false, expiresAt: null } },
  "link-ended": { session: { ...viewers, connection: ended }, info },
  "link-empty": { session: { ...viewers, timeline: timelineOf([]) }, info: { ...info, withHistory: false } },
};
