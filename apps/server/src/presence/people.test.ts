import { expect, test } from "vitest";
import type { Share } from "../identity/principal.ts";
import { countPeople, isNobody, joinPeople, maxNamed, type Watching } from "./people.ts";
import { presentForMembers, presentForViewers } from "./present-people.ts";

const share: Share = {
  ...{ linkId: "l", threadId: "t", title: "Shared", level: "prompt", fromSeq: 0, frozenAtSeq: null },
};
const person = { tenantId: "elsewhere", role: "member", sessionId: "s" } as const;

const member = (userId: string, name: string, typing = false): Watching => ({
  principal: { userId, name, via: { type: "configuredToken" } },
  typing,
});
const guest = (userId: string, name: string, typing = false): Watching => ({
  principal: { userId, name, via: { type: "shareLink", share, person } },
  typing,
});
const stranger: Watching = {
  principal: { userId: "nobody", name: "", via: { type: "shareLink", share, person: null } },
  typing: false,
};

test("a person is one, on however many connections and nodes; who writes on one of them writes", () => {
  const here = countPeople([member("a", "Ana"), member("a", "Ana", true), member("b", "Bo"), stranger, stranger]);
  const there = countPeople([member("a", "Ana"), guest("g", "Grace"), stranger]);
  const all = joinPeople([here, there]);
  expect(all.members).toEqual([
    { id: "a", name: "Ana", connections: 3, typing: true },
    { id: "b", name: "Bo", connections: 1, typing: false },
  ]);
  expect(all.guests.map(({ name }) => name)).toEqual(["Grace"]);
  expect(all.unnamed).toEqual({ members: 0, viewers: 3 });
  expect(joinPeople([there, here])).toEqual(all);
});

test("members are told names, of viewers those who are signed in; no id of another tenant", () => {
  const people = presentForMembers("t", countPeople([member("a", "Ana"), guest("g", "Grace", true), stranger]));
  expect(people).toEqual([
    { who: "a", kind: "member", name: "Ana", count: 1, typing: false },
    { who: expect.stringMatching(/^[0-9a-f]{16}$/), kind: "viewer", name: "Grace", count: 1, typing: true },
    { who: "viewers", kind: "viewer", count: 1, typing: false },
  ]);
});

test("viewers are told how many there are", () => {
  const people = countPeople([member("a", "Ana", true), member("a", "Ana"), guest("g", "Grace", true), stranger]);
  expect(presentForViewers(people)).toEqual([
    { who: "members", kind: "member", count: 1, typing: false },
    { who: "viewers", kind: "viewer", count: 2, typing: false },
  ]);
});

test("of a crowd some are named and all are counted, and who writes is among the named", () => {
  const crowd = Array.from({ length: maxNamed + 40 }, (_, index) => member(`m${index}`, `M${index}`));
  const one = countPeople([...crowd, member("z", "Zoe", true)]);
  const all = joinPeople([one, countPeople([member("other", "Other")])]);
  expect(all.members).toHaveLength(maxNamed);
  expect(all.members).toContainEqual({ id: "z", name: "Zoe", connections: 1, typing: true });
  expect(all.members.length + all.unnamed.members).toBe(maxNamed + 42);
});

test("nobody is nobody", () => {
  expect(isNobody(countPeople([]))).toBe(true);
  expect(isNobody(countPeople([stranger]))).toBe(false);
});
