import type { PresentPeople } from "@skein/protocol/notifications/presence";
import { plural } from "../../lib/plural.ts";

export interface Face {
  readonly who: string;
  readonly name: string;
  readonly initials: string;
  /** Here by a link. */
  readonly isViewer: boolean;
}

/** The others who have the thread open, as the reader sees them. */
export interface Presence {
  readonly faces: readonly Face[];
  /** People who are counted and not named. */
  readonly members: number;
  readonly viewers: number;
  /** Everybody in words; null: nobody else is here. */
  readonly words: string | null;
  /** Who writes something; null: nobody. */
  readonly typing: string | null;
}

/** `userId`: of the reader, who is no news to themselves. */
export function derivePresence(people: readonly PresentPeople[], userId: string): Presence {
  const others = people.filter(({ who }) => who !== userId);
  const faces = others.flatMap(({ who, name, kind }) =>
    name === undefined ? [] : [{ who, name, initials: initialsOf(name), isViewer: kind === "viewer" }],
  );
  const members = countUnnamed(others, "member");
  const viewers = countUnnamed(others, "viewer");
  const words = [
    ...faces.map(({ name, isViewer }) => (isViewer ? `${name} (by link)` : name)),
    ...(members === 0 ? [] : [`${members} more`]),
    ...(viewers === 0 ? [] : [plural(viewers, "viewer")]),
  ];
  return {
    ...{ faces, members, viewers },
    words: words.length === 0 ? null : joinWords(words),
    typing: wordsOfTyping(others),
  };
}

/** What a viewer of a link is told: how many watch, whoever they are. The viewer is one of them. */
export function presentWatchers(people: readonly PresentPeople[]): string | null {
  const count = people.reduce((sum, one) => sum + one.count, 0);
  return count < 2 ? null : `${count} watching`;
}

function wordsOfTyping(others: readonly PresentPeople[]): string | null {
  const names = others.flatMap(({ name, typing }) => (typing && name !== undefined ? [name] : []));
  if (names.length === 0) return null;
  if (names.length > 2) return "Several people are typing…";
  return `${joinWords(names)} ${names.length === 1 ? "is" : "are"} typing…`;
}

function countUnnamed(people: readonly PresentPeople[], kind: PresentPeople["kind"]): number {
  return people.reduce((sum, one) => sum + (one.kind === kind && one.name === undefined ? one.count : 0), 0);
}

function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length === 1 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** Of the first word and the last. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}
