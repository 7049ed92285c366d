/** What leads from a worktree to its repository stays as it is, whichever sandbox was there first. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalEnvironment } from "@skein/executor/environment/local-environment";
import { askTree } from "@skein/executor/tree/ask-tree";
import type { WorkspaceDirectory } from "@skein/executor/workspace/workspace";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { fullAccess, readOnly, run } from "./sandbox-command.ts";

describe.skipIf(!hasBubblewrap)("worktrees in a sandbox", () => {
  let bench: SandboxBench;
  let workspace: WorkspaceDirectory;
  let keeper: LocalEnvironment;
  beforeAll(async () => {
    bench = await SandboxBench.open();
  });
  beforeEach(async () => {
    workspace = bench.workspace();
    keeper = await bench.thread(workspace);
    await asKeeper("git init -q -b main . && git config user.email a@b.c && git config user.name a");
    await asKeeper("echo base > file && git add file && git commit -qm Base");
  });
  afterAll(() => bench?.close());

  const asKeeper = (script: string) => run(keeper, script, { policy: fullAccess });
  const pathOf = (...names: string[]) => join(workspace.hostPath, ...names);
  const ask = (type: "addWorktree" | "removeWorktree", slug: string) =>
    askTree(keeper, { type, root: keeper.info.root, place: { slug, branch: `skein/${slug}` }, inUse: [] });
  const node = (call: string) => `node -e 'fs.${call}'`;

  /** None of which may count, for a worktree that is not the attacker's own. */
  const attacksOn = (slug: string) => [
    `echo gitdir: /tmp > .worktrees/${slug}/.git`,
    `rm .worktrees/${slug}/.git </dev/null`,
    node(`renameSync(".worktrees/${slug}/.git", ".worktrees/${slug}/aside")`),
    node(`renameSync(".worktrees/${slug}", ".worktrees/aside")`),
    node(`renameSync(".worktrees/${slug}", "aside")`),
    node(`renameSync(".worktrees", "aside")`),
    "mkdir .worktrees/planted",
    "ln -s /tmp .worktrees/planted",
    `echo /tmp > .git/worktrees/${slug}/commondir`,
    `echo /tmp > .git/worktrees/${slug}/gitdir`,
    `rm .git/worktrees/${slug}/commondir </dev/null`,
    node(`renameSync(".git/worktrees/${slug}", ".git/worktrees/aside")`),
    node(`renameSync(".git/worktrees", ".git/aside")`),
    "mkdir .git/worktrees/planted",
    "rmdir .git/worktrees || rmdir .worktrees",
    "umount .worktrees || umount .git/worktrees",
  ];
  const leads = (slug: string) =>
    [`.worktrees/${slug}/.git`, `.git/worktrees/${slug}/commondir`, `.git/worktrees/${slug}/gitdir`].map((path) =>
      readFileSync(pathOf(path), "utf8"),
    );
  const tryAll = async (attacker: LocalEnvironment, slug: string) => {
    for (const attack of attacksOn(slug)) {
      expect([attack, (await run(attacker, `if (${attack}) 2>/dev/null; then echo BROKEN; fi`)).text]).toEqual([
        attack,
        "",
      ]);
    }
    const { root } = attacker.info;
    expect(leads(slug)).toEqual([
      `gitdir: ${root}/.git/worktrees/${slug}\n`,
      "../..\n",
      `${root}/.worktrees/${slug}/.git\n`,
    ]);
  };

  test("that was there before the first worktree, nothing of it can be changed", async () => {
    const attacker = await bench.thread(workspace);
    expect((await run(attacker, "git status --short; git clean -fd; echo $?")).text).toBe("0\n");
    await ask("addWorktree", "first");
    await tryAll(attacker, "first");
  });

  test("that was there before the second, neither", async () => {
    await ask("addWorktree", "first");
    const attacker = await bench.thread(workspace);
    const script = "cd .worktrees/first && echo more >> file && git commit -qam More && git log --format=%s";
    expect((await run(attacker, script)).text).toBe("More\nBase\n");
    await ask("addWorktree", "second");
    await tryAll(attacker, "first");
    await tryAll(attacker, "second");
  });

  test("that saw the last worktree go, with the directory of all, neither", async () => {
    await ask("addWorktree", "first");
    const attacker = await bench.thread(workspace);
    await run(attacker, "true");
    await ask("removeWorktree", "first");
    // What is taken away may take its mount with it, in every sandbox.
    await run(attacker, "mkdir -p .git/worktrees .worktrees; chmod 777 .git/worktrees .worktrees");
    await ask("addWorktree", "second");
    await tryAll(attacker, "second");
  });

  test("Git that works for a worktree's end runs nothing of what is in it", async () => {
    await ask("addWorktree", "trap");
    const attacker = await bench.thread(workspace);
    const evil = `${attacker.info.root}/evil`;
    const inside = [
      `printf '#!/bin/sh\\ntouch ${attacker.info.root}/RAN\\ncat\\n' > ${evil} && chmod +x ${evil}`,
      "cd .worktrees/trap && git init -q sub && cd sub",
      "git config user.email a@b.c && git config user.name a",
      "echo '* filter=evil' > .gitattributes && echo one > content && git add . && git commit -qm Sub",
      `git config filter.evil.clean ${evil} && git config core.fsmonitor ${evil}`,
      "cd .. && git -c advice.addEmbeddedRepo=false add sub && git commit -qm 'With sub' && echo two > sub/content && echo new > untracked",
    ];
    expect((await run(attacker, inside.join(" && "))).exitCode).toBe(0);
    rmSync(pathOf("RAN"), { force: true });
    // It is a trap.
    await run(attacker, "cd .worktrees/trap && git status --short");
    expect(existsSync(pathOf("RAN"))).toBe(true);
    rmSync(pathOf("RAN"));
    await ask("removeWorktree", "trap");
    expect(existsSync(pathOf("RAN"))).toBe(false);
    expect((await asKeeper("git show skein/trap:untracked")).text).toBe("new\n");
  });

  test("a repository that a command has led elsewhere is its own in every sandbox that begins then", async () => {
    const attacker = await bench.thread(workspace);
    const { root } = attacker.info;
    const plant = [
      "cp -r .git elsewhere",
      `printf '#!/bin/sh\\ntouch ${root}/RAN\\n' > evil && chmod +x evil`,
      `git config --file elsewhere/config core.fsmonitor ${root}/evil`,
      `echo ${root}/elsewhere > .git/commondir`,
    ];
    expect((await run(attacker, plant.join(" && "))).exitCode).toBe(0);
    await expect(ask("addWorktree", "late")).rejects.toThrow(".git/commondir leads the repository of the workspace");
    keeper = await bench.thread(workspace);
    await ask("addWorktree", "late");
    expect(readFileSync(pathOf(".worktrees/late/file"), "utf8")).toBe("base\n");
    await ask("removeWorktree", "late");
    for (const policy of [fullAccess, readOnly]) {
      const person = await bench.thread(workspace);
      const { text } = await run(person, "git status --short; git rev-parse --git-common-dir", { policy });
      expect(text).toMatch(/project-\d+\/\.git\n$/);
    }
    expect(existsSync(pathOf("RAN"))).toBe(false);
  });

  test("links in the way are not followed", async () => {
    const before = readFileSync(pathOf(".git/config"), "utf8");
    await asKeeper("rm -f .git/info/exclude; ln -s ../config .git/info/exclude");
    await expect(ask("addWorktree", "one")).rejects.toThrow(".git/info/exclude in the workspace is a link");
    await asKeeper("rm .git/info/exclude; mkdir aside; ln -s aside .worktrees");
    await expect(ask("addWorktree", "one")).rejects.toThrow(".worktrees in the workspace is no directory");
    expect(readFileSync(pathOf(".git/config"), "utf8")).toBe(before);
    const other = await bench.thread(workspace);
    await expect(run(other, "true")).rejects.toThrow(".worktrees is a symbolic link");
  });

  test("more than a sandbox can protect are not made", async () => {
    await asKeeper("mkdir .worktrees; for i in $(seq 32); do mkdir .worktrees/w$i; done");
    await expect(ask("addWorktree", "more")).rejects.toThrow("32 worktrees already");
    await asKeeper("rmdir .worktrees/w32");
    await ask("addWorktree", "last");
    const crowded = await bench.thread(workspace);
    expect(
      (await run(crowded, "for i in $(seq 31); do touch .worktrees/w$i/x || echo $i; done; touch .worktrees/last/x"))
        .text,
    ).toBe("");
    writeFileSync(pathOf("file"), "as before\n");
    expect((await run(crowded, "cat file")).text).toBe("as before\n");
  });
});
