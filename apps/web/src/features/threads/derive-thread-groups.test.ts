import { describe, expect, it } from "vitest";
import { threadOf } from "../../testing/threads.ts";
import { deriveThreadEntry, deriveThreadGroups, directoryLabel, threadTitle } from "./derive-thread-groups.ts";

const ada = { userId: "ada", role: "member" } as const;
const api = { id: "w1", name: "api", root: "/workspaces/api", origin: "created" as const, createdAt: 0 };

describe("deriveThreadGroups", () => {
  it("puts what waits for a person first and groups the rest by directory, latest change first", () => {
    const groups = deriveThreadGroups(
      [
        threadOf("old", { updatedAt: 10 }),
        threadOf("web", { updatedAt: 30, cwd: "/home/ada/acme/web" }),
        threadOf("new", { updatedAt: 20, recencyAt: 40 }),
        threadOf("asks", { updatedAt: 1, status: { type: "active", activeFlags: ["waitingOnApproval"] } }),
        threadOf("title", { ephemeral: true }),
        threadOf("bos", { createdBy: "bo", updatedAt: 50 }),
        threadOf("mine", { createdBy: "ada", updatedAt: 5 }),
      ],
      [api],
      ada,
    );
    expect(groups.map(({ label, entries }) => [label, entries.map(({ id }) => id)])).toEqual([
      ["Needs you", ["asks"]],
      ["api", ["new", "old", "mine"]],
      ["acme/web", ["web"]],
      ["Shared with you", ["bos"]],
    ]);
  });

  it("has no group without threads", () => {
    expect(deriveThreadGroups([], [api], ada)).toEqual([]);
  });
});

describe("the mark of a thread", () => {
  it.each([
    [{ type: "active" as const, activeFlags: [] }, "running"],
    [{ type: "active" as const, activeFlags: ["waitingOnUserInput" as const] }, "needsYou"],
    [{ type: "systemError" as const }, "failed"],
    [{ type: "idle" as const }, "idle"],
    [{ type: "notLoaded" as const }, "idle"],
  ])("of %j is %s", (status, mark) => expect(deriveThreadEntry(threadOf("t", { status }), "ada").mark).toBe(mark));
});

it.each([
  [["waitingOnUserInput" as const], true],
  [["waitingOnApproval" as const], false],
  [["waitingOnApproval" as const, "waitingOnUserInput" as const], false],
])("a thread with the flags %j asks: %s", (activeFlags, asks) => {
  expect(deriveThreadEntry(threadOf("t", { status: { type: "active", activeFlags } }), "ada").asks).toBe(asks);
});

describe("names", () => {
  it("prefers the given name, then the first line of the first message", () => {
    expect(threadTitle({ name: "Fix replay", preview: "x" })).toBe("Fix replay");
    expect(threadTitle({ name: " ", preview: "First line\nsecond" })).toBe("First line");
    expect(threadTitle({ name: null, preview: "" })).toBe("New thread");
  });

  it("names a directory that is no workspace by its last parts", () => {
    expect(directoryLabel("/srv/a/b/c", [])).toBe("b/c");
    expect(directoryLabel("/", [])).toBe("/");
  });
});
