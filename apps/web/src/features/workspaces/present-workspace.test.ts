import type { Workspace } from "@skein/protocol/methods/workspace";
import { expect, test } from "vitest";
import { nameOfFile, nameOfRepository, presentQuota, presentSource, presentState } from "./present-workspace.ts";

const workspace: Workspace = {
  ...{ id: "w", name: "app", root: "/workspaces/app", origin: "created", createdAt: 0 },
  runner: { name: "build", absence: null },
};

test("what is known of a workspace is said, what is not is left out", () => {
  expect(presentState(workspace)).toEqual({ type: "ready", facts: [] });
  const measured = { ...workspace, disk: { bytes: 12_000_000, files: 1204, measuredAt: 0 }, threads: 1 };
  expect(presentState(measured)).toEqual({ type: "ready", facts: ["12 MB, 1,204 files", "1 thread"] });
  // Where there is one runner only, its name says nothing.
  expect(presentState(workspace, true)).toEqual({ type: "ready", facts: ["on build"] });
});

test.each([
  [null, "Beginning…", null],
  [{ step: "receiving", bytes: 10_000_000, totalBytes: 40_000_000, files: 0 }, "Receiving 10 MB of 40 MB", 0.25],
  [{ step: "receiving", bytes: 10_000_000, totalBytes: null, files: 0 }, "Receiving, 10 MB so far", null],
  [{ step: "unpacking", bytes: 1, totalBytes: null, files: 7 }, "Unpacking, 7 files so far", null],
  [{ step: "fetching", bytes: 3_000_000, totalBytes: null, files: 7, percent: 40 }, "Fetching, 3.0 MB so far", 0.4],
  [{ step: "checkingOut", bytes: 1, totalBytes: null, files: 7, percent: 100 }, "Writing its files, 7 files so far", 1],
] as const)("progress %j", (progress, words, share) => {
  expect(presentState({ ...workspace, state: { type: "making", progress } })).toEqual({ type: "making", words, share });
});

test("where a repository came from", () => {
  const source = { type: "repository" as const, url: "https://example.org/a/b.git", branch: "next", depth: 1 };
  expect(presentSource({ ...workspace, source })).toBe("cloned from example.org/a/b.git (next, 1 commit)");
  expect(presentSource({ ...workspace, source: { type: "empty" } })).toBeNull();
});

test.each([
  ["https://example.org/a/my-app.git", "my-app"],
  ["https://example.org/a/b/", "b"],
  ["", ""],
])("the address %j gives the name %j", (address, name) => {
  expect(nameOfRepository(address)).toBe(name);
});

test("why there is none is a sentence", () => {
  const failed = { ...workspace, state: { type: "failed" as const, message: "the archive is empty" } };
  expect(presentState(failed)).toEqual({ type: "failed", words: "The archive is empty." });
});

test("the quota", () => {
  const rest = { workspaceMaxBytes: 1, workspaceMaxFiles: 1, uploadMaxBytes: 1 };
  expect(presentQuota({ usedBytes: 1_200_000_000, maxBytes: 54_000_000_000, ...rest })).toBe("1.2 GB of 54 GB used");
});

test.each([
  ["my app.tar.gz", "my-app"],
  ["Project (2).zip", "Project-2"],
  [".hidden.tgz", "hidden"],
  ["a.b.tar", "a.b"],
  ["日本.zip", ""],
])("%s gives the name %j", (file, name) => {
  expect(nameOfFile(file)).toBe(name);
});
