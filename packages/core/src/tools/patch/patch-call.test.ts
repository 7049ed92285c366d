import type { PatchItem } from "@skein/timeline/item";
import { beforeEach, describe, expect, test } from "vitest";
import { grantKeys } from "../../approval/session-grants.ts";
import { ToolBench, workspaceWrite } from "../testing/tool-bench.ts";
import { applyPatchTool } from "./apply-patch-tool.ts";

const patchOf = (...lines: readonly string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const edit = patchOf("*** Update File: a.txt", "@@", "-one", "+ONE");

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
  bench.environment.files.addFile("/ws/a.txt", "one\n");
  bench.environment.files.addFile("/ws/gone.txt", "del\n");
});

const text = (path: string) => bench.environment.files.text(path);

function item(): PatchItem {
  const event = bench.events.findLast((candidate) => candidate.type.startsWith("item."));
  if (event === undefined || !("item" in event) || event.item.type !== "patch") throw new Error("no patch item");
  return event.item;
}

test("a patch is recorded with its changes and blob ids before it is written, and its diff after", async () => {
  bench.beforeEmit = ([event]) => {
    if (event?.type === "item.started") expect(text("/ws/a.txt")).toBe("one\n");
  };
  const answer = await bench.run(
    applyPatchTool,
    patchOf("*** Delete File: gone.txt", "*** Add File: new.txt", "+x", "*** Update File: a.txt", "@@", "-one", "+ONE"),
  );
  expect(answer).toEqual({
    success: true,
    output:
      "Exit code: 0\nWall time: 0.0 seconds\nOutput:\nSuccess. Updated the following files:\nA new.txt\nM a.txt\nD gone.txt\n",
  });
  expect(bench.story).toEqual(["started patch", "completed patch", "diff.updated"]);
  expect(item()).toEqual({
    type: "patch",
    id: "call-1",
    status: "completed",
    changes: [
      { path: "/ws/gone.txt", kind: { type: "delete" }, diff: "del\n" },
      { path: "/ws/new.txt", kind: { type: "add" }, diff: "x\n" },
      { path: "/ws/a.txt", kind: { type: "update", movePath: null }, diff: "@@ -1 +1 @@\n-one\n+ONE\n" },
    ],
    files: [
      { path: "/ws/gone.txt", before: "abaddc0b9edd523c69166a2c9f3a9e31a4c873e3", after: null },
      { path: "/ws/new.txt", before: null, after: "587be6b4c3f93f93c489c0111bba5596147a26cb" },
      {
        path: "/ws/a.txt",
        before: "5626abf0f72e58d7a153368ba57db4c673c0e171",
        after: "a2628c1e0953c4bbb3f2195093dab29f1f7ee77e",
      },
    ],
  });
  expect(bench.environment.policies).toEqual([workspaceWrite, workspaceWrite, workspaceWrite]);
});

test("the diff is the net change of the turn, and empty when nothing is left of it", async () => {
  await bench.run(applyPatchTool, edit, "call-1");
  expect(bench.events.at(-1)).toMatchObject({ type: "diff.updated", diff: expect.stringContaining("+ONE") });
  await bench.run(applyPatchTool, patchOf("*** Update File: a.txt", "@@", "-ONE", "+one"), "call-2");
  expect(bench.events.at(-1)).toEqual({ type: "diff.updated", turnId: "turn-1", diff: "" });
});

describe("a patch that does not apply has no item and no effect", () => {
  test.each<[string, string]>([
    ["nonsense", "Invalid patch: The first line of the patch must be '*** Begin Patch'"],
    [patchOf(), "No files were modified."],
    [
      patchOf("*** Add File: new.txt", "+x", "*** Update File: a.txt", "@@", "-two", "+x"),
      "Failed to find expected lines in /ws/a.txt:\ntwo",
    ],
    [
      patchOf("*** Delete File: a.txt", "*** Update File: a.txt", "@@", "-one", "+x"),
      "Failed to read file to update /ws/a.txt: No such file or directory (os error 2)",
    ],
  ])("%j", async (patch, error) => {
    const answer = await bench.run(applyPatchTool, patch);
    expect(answer).toEqual({ success: false, output: `apply_patch verification failed: ${error}` });
    expect(bench.events).toEqual([]);
    expect(bench.environment.policies).toEqual([]);
  });
});

describe("later hunks see what earlier ones leave", () => {
  test.each<[string, readonly string[], Record<string, string | null>]>([
    [
      "the same file twice",
      ["*** Update File: a.txt", "-one", "+two", "*** Update File: a.txt", "-two", "+three"],
      { "/ws/a.txt": "three\n" },
    ],
    [
      "moved, then changed there",
      ["*** Update File: a.txt", "*** Move to: b.txt", "-one", "+two", "*** Update File: b.txt", "-two", "+three"],
      { "/ws/a.txt": null, "/ws/b.txt": "three\n" },
    ],
    ["deleted, then added", ["*** Delete File: a.txt", "*** Add File: a.txt", "+new"], { "/ws/a.txt": "new\n" }],
    ["added, then deleted", ["*** Add File: n.txt", "+x", "*** Delete File: n.txt"], { "/ws/n.txt": null }],
  ])("%s", async (_name, lines, expected) => {
    const answer = await bench.run(applyPatchTool, patchOf(...lines));
    expect(answer.success).toBe(true);
    for (const [path, content] of Object.entries(expected)) expect(text(path)).toBe(content);
  });
});

describe("approval", () => {
  const outside = patchOf("*** Add File: /etc/x", "+x");

  test("outside the writable roots asks, and writes with full access when accepted", async () => {
    const answer = await bench.run(applyPatchTool, outside);
    expect(answer.success).toBe(true);
    expect(bench.asked).toMatchObject([{ type: "patch", reason: expect.stringContaining("/etc/x") }]);
    expect(bench.environment.policies).toEqual([{ type: "dangerFullAccess" }]);
  });

  test("read-only asks", async () => {
    bench.settings = { ...bench.settings, sandbox: { type: "readOnly", networkAccess: false } };
    await bench.run(applyPatchTool, edit);
    expect(bench.asked).toHaveLength(1);
  });

  test("untrusted asks within the workspace too, and writes under the thread's policy", async () => {
    bench.settings = { ...bench.settings, approvalPolicy: "untrusted" };
    await bench.run(applyPatchTool, edit);
    expect(bench.asked).toHaveLength(1);
    expect(bench.environment.policies).toEqual([workspaceWrite]);
  });

  test("never refuses what is outside, without an item", async () => {
    bench.settings = { ...bench.settings, approvalPolicy: "never" };
    const answer = await bench.run(applyPatchTool, outside);
    expect(answer).toMatchObject({ success: false, output: expect.stringContaining("/etc/x") });
    expect(bench.events).toEqual([]);
  });

  test("is not asked again for the same files", async () => {
    bench.settings = { ...bench.settings, approvalPolicy: "untrusted" };
    await bench.run(applyPatchTool, edit);
    bench.grants = new Set(grantKeys(bench.asked[0]!));
    await bench.run(applyPatchTool, patchOf("*** Update File: a.txt", "-ONE", "+two"));
    expect(bench.asked).toHaveLength(1);
    expect(text("/ws/a.txt")).toBe("two\n");
  });

  test.each([
    [{ type: "decided", decision: "decline" }, "declined", "patch rejected by user"],
    [{ type: "decided", decision: "cancel" }, "declined", "patch rejected by user"],
    [{ type: "withdrawn" }, "declined", "patch aborted by user"],
    [{ type: "failed", message: "odd reply" }, "failed", "patch nobody could be asked: odd reply"],
  ] as const)("%j writes nothing", async (outcome, status, output) => {
    bench.settings = { ...bench.settings, approvalPolicy: "untrusted" };
    bench.answer = outcome;
    expect(await bench.run(applyPatchTool, edit)).toEqual({ success: false, output });
    expect(bench.story).toEqual(["started patch", `${status} patch`]);
    expect(text("/ws/a.txt")).toBe("one\n");
  });

  test("a file that changed while the question was open is not overwritten", async () => {
    bench.settings = { ...bench.settings, approvalPolicy: "untrusted" };
    bench.whileAsked = () => bench.environment.files.addFile("/ws/a.txt", "mine\n");
    const answer = await bench.run(
      applyPatchTool,
      patchOf("*** Delete File: gone.txt", "*** Update File: a.txt", "-one", "+x"),
    );
    expect(answer.output).toContain("/ws/a.txt has changed since the patch was checked; nothing was written");
    expect(text("/ws/a.txt")).toBe("mine\n");
    expect(text("/ws/gone.txt")).toBe("del\n");
    expect(item().status).toBe("failed");
  });
});

describe("a write that fails", () => {
  test("takes back the ones before it", async () => {
    bench.environment.files.readOnly.add("/ws/gone.txt");
    const answer = await bench.run(
      applyPatchTool,
      patchOf("*** Update File: a.txt", "-one", "+x", "*** Add File: n.txt", "+n", "*** Delete File: gone.txt"),
    );
    expect(answer).toEqual({
      success: false,
      output:
        "Exit code: 1\nWall time: 0.0 seconds\nOutput:\nFailed to delete file /ws/gone.txt: Read-only file system\n",
    });
    expect(bench.story).toEqual(["started patch", "failed patch"]);
    expect([text("/ws/a.txt"), text("/ws/n.txt"), text("/ws/gone.txt")]).toEqual(["one\n", null, "del\n"]);
  });

  test("two paths that lead to one file never lose a change", async () => {
    bench.environment.files.addFile("/ws/d/f.txt", "1\n2\n");
    bench.environment.files.addLink("/ws/l", "d");
    const answer = await bench.run(
      applyPatchTool,
      patchOf("*** Update File: d/f.txt", "-1", "+A", "*** Update File: l/f.txt", "-2", "+B"),
    );
    expect(answer.output).toContain("/ws/l/f.txt has changed since the patch was checked");
    expect(text("/ws/d/f.txt")).toBe("1\n2\n");
  });
});

test("an interrupt before the first write leaves everything as it was", async () => {
  bench.interrupt.abort();
  const answer = await bench.run(applyPatchTool, edit);
  expect(answer.output).toContain("aborted by user");
  expect(text("/ws/a.txt")).toBe("one\n");
  expect(item().status).toBe("failed");
});
