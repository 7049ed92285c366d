import type { Thread } from "@skein/protocol/thread";
import { describe, expect, it } from "vitest";
import { threadOf } from "../../testing/threads.ts";
import {
  deriveThreadEntry,
  deriveThreadGroups,
  directoryLabel,
  type Reader,
  threadTitle,
} from "./derive-thread-groups.ts";

const ada = { userId: "ada", role: "member" } as const;
const api = { id: "w1", name: "api", root: "/workspaces/api", origin: "created" as const, createdAt: 0 };

describe("deriveThreadGroups", () => {
  it("puts what waits for a person first and groups the rest by directory, latest change first", () => {
    const groups = deriveThreadGroups(
      [
        threadOf("old", { updatedAt: 10 }),
        threadOf("web", { updatedAt: 30, cwd: "/home/ada/acme/web" }),
        threadOf("new", { updatedAt: 20, recencyAt: 40 }),
        threadOf("asks", {
          createdBy: "ada",
          updatedAt: 1,
          status: { type: "active", activeFlags: ["waitingOnApproval"] },
        }),
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
  ])("of %j is %s", (status, mark) =>
    expect(deriveThreadEntry(threadOf("t", { status, createdBy: "ada" }), ada).mark).toBe(mark),
  );
});

describe("a thread that waits for an answer", () => {
  const markFor = (fields: Partial<Thread>, reader: Reader) =>
    deriveThreadEntry(
      threadOf("t", { status: { type: "active", activeFlags: ["waitingOnApproval"] }, ...fields }),
      reader,
    ).mark;

  it.each([
    ["a reader", ada, ["read"], "waiting"],
    ["who may prompt", ada, ["read", "prompt"], "waiting"],
    ["who may approve", ada, ["read", "prompt", "approve"], "needsYou"],
    ["a viewer of the team", { userId: "ada", role: "viewer" }, ["read"], "waiting"],
    ["an owner with a token that only reads", { userId: "ada", role: "owner" }, ["read"], "waiting"],
  ] as const)("is for %s as their rights on it say", (_who, reader, rights, mark) => {
    expect(markFor({ createdBy: "bo", rights: [...rights] }, reader)).toBe(mark);
  });

  it.each([
    ["a member, of their own", { userId: "ada", role: "member" }, "ada", "needsYou"],
    ["a member, of others", { userId: "ada", role: "member" }, "bo", "waiting"],
    ["an owner, of others", { userId: "ada", role: "owner" }, "bo", "needsYou"],
    ["a viewer, of their own of before", { userId: "ada", role: "viewer" }, "ada", "waiting"],
  ] as const)("is for %s as their role says, where nobody has told their rights", (_who, reader, createdBy, mark) => {
    expect(markFor({ createdBy }, reader)).toBe(mark);
  });

  it("stays in its group for who may not answer", () => {
    const waits = { status: { type: "active" as const, activeFlags: ["waitingOnApproval" as const] } };
    const groups = deriveThreadGroups([threadOf("bos", { createdBy: "bo", rights: ["read"], ...waits })], [api], ada);
    expect(groups.map(({ label }) => label)).toEqual(["Shared with you"]);
  });
});

it.each([
  [["waitingOnUserInput" as const], true],
  [["waitingOnApproval" as const], false],
  [["waitingOnApproval" as const, "waitingOnUserInput" as const], false],
])("a thread with the flags %j asks: %s", (activeFlags, asks) => {
  expect(deriveThreadEntry(threadOf("t", { status: { type: "active", activeFlags } }), ada).asks).toBe(asks);
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
