/** A thread of several people, as the fixtures page shows it. */
import { fixtureUserId } from "./approvals.ts";
import { approving } from "./asking-scenes.ts";
import { base, finished, threads, tokenUsage, waiting } from "./example-thread.ts";
import type { FakeSessionOptions } from "./fake-session.ts";
import { commandItem, fixtureTimeMs, timelineOf, turnOf, userItem } from "./items.ts";

const bo = { userId: "bo", clientName: "skein_web", name: "Bo Andersen" };
const approvedPush = commandItem({ command: "/bin/bash -c 'git push origin last-day'", exitCode: 0, durationMs: 900 });
const sharedTurn = turnOf([userItem("Push it for review, please.", { author: bo }), approvedPush], {
  id: "turn-shared",
  status: "interrupted",
  startedAt: fixtureTimeMs / 1000 + 60,
  decisions: [{ itemId: approvedPush.id, decision: "accept", answeredBy: bo, decidedAtMs: fixtureTimeMs }],
});
const ada = { userId: fixtureUserId, name: "Ada Lovelace" };
const handOver = { seq: 90, at: fixtureTimeMs + 90_000, from: { userId: "bo", name: bo.name }, to: ada };
export const team = { accounts: true, role: "member" as const, ...ada };
export const said = [
  {
    ...{ id: "comment-1", turnId: "turn-1", at: fixtureTimeMs + 600_000 },
    text: "Nice find. Does the hub need the same change for threads that were forked?",
    author: { userId: "bo", name: bo.name, isViewer: false },
  },
  {
    ...{ id: "comment-2", turnId: "turn-1", at: fixtureTimeMs + 660_000 },
    text: "I saw this on our side too.\nThe seed above reproduces it.",
    author: { userId: null, name: "Grace Hopper", isViewer: true },
  },
  {
    ...{ id: "comment-3", turnId: "turn-1", at: fixtureTimeMs + 720_000 },
    text: "It does, I will ask for it.",
    author: { userId: fixtureUserId, name: ada.name, isViewer: false },
  },
];
const ofBo = threads.map((thread, at) => ({ ...thread, createdBy: at > 2 ? "bo" : fixtureUserId }));

export const teamScenes: Readonly<Record<string, FakeSessionOptions>> = {
  shared: {
    ...{ ...base, threads: ofBo, person: team },
    timeline: timelineOf([finished, sharedTurn], {
      tokenUsage,
      handOvers: [{ ...handOver, by: { userId: "bo", name: bo.name } }],
    }),
  },
  together: {
    ...base,
    timeline: timelineOf([{ ...finished, comments: said }], { tokenUsage }),
    person: team,
    people: [
      { who: fixtureUserId, kind: "member", name: "Ada Lovelace", count: 1, typing: false },
      { who: "bo", kind: "member", name: "Bo Andersen", count: 1, typing: true },
      { who: "cy", kind: "member", name: "Cyrus Okafor", count: 2, typing: false },
      { who: "grace", kind: "viewer", name: "Grace Hopper", count: 1, typing: false },
      { who: "viewers", kind: "viewer", count: 12, typing: false },
    ],
  },
  watched: { ...base, threads: waiting, timeline: approving(), person: team, rights: ["read"] },
};
