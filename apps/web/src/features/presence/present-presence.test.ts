import { expect, test } from "vitest";
import { derivePresence, presentWatchers } from "./present-presence.ts";

const member = (who: string, name: string, typing = false) =>
  ({ who, kind: "member", name, count: 1, typing }) as const;
const viewer = (who: string, name: string) => ({ who, kind: "viewer", name, count: 1, typing: false }) as const;
const viewers = (count: number) => ({ who: "viewers", kind: "viewer", count, typing: false }) as const;

test("the reader is no news to themselves", () => {
  const { faces, words, typing } = derivePresence([member("me", "Me Myself", true)], "me");
  expect([faces, words, typing]).toEqual([[], null, null]);
});

test("the others have faces and stand in words, with how they came and how many have no name", () => {
  const people = [member("a", "Ana Maria Braun"), member("b", "bo"), viewer("x", "Élodie"), viewers(3)];
  const { faces, words } = derivePresence([...people, member("me", "Me")], "me");
  expect(faces.map(({ initials }) => initials)).toEqual(["AB", "B", "É"]);
  expect(words).toBe("Ana Maria Braun, bo, Élodie (by link) and 3 viewers");
  expect(derivePresence([viewers(1)], "me").words).toBe("1 viewer");
});

test("who writes is named, up to two of them", () => {
  const typing = (...names: readonly string[]) =>
    derivePresence(
      names.map((name) => member(name, name, true)),
      "me",
    );
  expect(typing("Ana").typing).toBe("Ana is typing…");
  expect(typing("Ana", "Bo").typing).toBe("Ana and Bo are typing…");
  expect(typing("Ana", "Bo", "Cy").typing).toBe("Several people are typing…");
  expect(typing().typing).toBeNull();
});

test("a viewer learns how many watch, when there are others", () => {
  const members = { who: "members", kind: "member", count: 2, typing: false } as const;
  expect(presentWatchers([members, viewers(5)])).toBe("7 watching");
  expect(presentWatchers([viewers(1)])).toBeNull();
  expect(presentWatchers([])).toBeNull();
});
