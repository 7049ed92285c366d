/** Threads in worktrees of their own, over real sockets, with real Git in a real sandbox. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { completedItems, runTurn, startThread } from "../testing/conversation.ts";
import { prompt, runs, says } from "../testing/prompts.ts";
import { helloOf, openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

describe.skipIf(!hasBubblewrap)("a thread in a worktree of its own", () => {
  let server: TestServer;
  let client: TestClient;
  let main: string;

  beforeAll(async () => {
    server = await startTestServer();
    client = await openClient(server);
    await client.request("initialize", helloOf({}));
    await client.request("skein/workspace/create", { name: "app" });
    main = await startThread(client, { cwd: "/workspaces/app" });
  });
  afterAll(async () => {
    client?.socket.terminate();
    await server?.stop();
  });

  const output = async (threadId: string, script: string): Promise<string> => {
    await runTurn(client, threadId, [runs(script)], [says("Done.")]);
    return completedItems(client).findLast(({ type }) => type === "commandExecution").aggregatedOutput;
  };
  const start = async () => {
    const { thread } = await client.request("thread/start", { cwd: "/workspaces/app", worktree: true });
    const slug = thread.id.replaceAll("-", "").slice(-10);
    return { id: thread.id as string, slug, cwd: thread.cwd as string, branch: thread.gitInfo?.branch as string };
  };
  const pathOf = (...names: string[]) => {
    const [tenant = ""] = readdirSync(join(server.dataDirectory, "workspaces"));
    return join(server.dataDirectory, "workspaces", tenant, "app", ...names);
  };
  const commit = "git -c user.name=A -c user.email=a@example.org commit -qm";
  const move = (from: string, to: string) => `node -e 'fs.renameSync("${from}", "${to}")'`;
  const gone = (slug: string) =>
    vi.waitUntil(() => !existsSync(pathOf(".worktrees", slug)), { timeout: 30_000, interval: 50 });

  test("needs a repository with a commit, at the workspace's root", async () => {
    const refused = (wish: object) => client.request("thread/start", { worktree: true, ...wish });
    await expect(refused({ cwd: "/workspaces/app" })).rejects.toThrow(/no Git repository/);
    await output(main, "git init -q -b main; mkdir sub");
    await expect(refused({ cwd: "/workspaces/app" })).rejects.toThrow(/no commit yet/);
    await expect(refused({ cwd: "/workspaces/app/sub" })).rejects.toThrow(/of a workspace's root/);
    await output(main, `echo base > file; git add file; ${commit} Base`);
  });

  test("works on a branch of its own, beside the workspace and others", async () => {
    const [one, two] = [await start(), await start()];
    expect(one).toMatchObject({ cwd: `/workspaces/app/.worktrees/${one.slug}`, branch: `skein/${one.slug}` });
    expect(
      await output(
        one.id,
        `pwd; git branch --show-current; echo one > file; ${commit} One file; git log --oneline | wc -l`,
      ),
    ).toBe(`${one.cwd}\n${one.branch}\n2\n`);
    expect(await output(two.id, "cat file; echo two > file; git status --short")).toBe("base\n M file\n");
    expect(await output(main, "cat file; git status --short; rg --files; git branch --show-current")).toBe(
      "base\nfile\nmain\n",
    );
    const { thread } = await client.request("thread/read", { threadId: one.id });
    expect(thread.gitInfo).toEqual({ sha: null, branch: one.branch, originUrl: null });

    // What leads to the repository stays: with another, Git would run its hooks and go by its settings.
    const attacks = [
      "echo gitdir: /tmp > .git",
      "rm -f .git",
      // A rename and nothing else: mv would copy, and delete what may be deleted.
      move(".git", "aside"),
      `echo x > ../../.git/worktrees/${one.slug}/commondir`,
      move(`../../.git/worktrees/${one.slug}`, `../../.git/worktrees/aside`),
      move("../../.git/worktrees", "../../.git/aside"),
      move("../../.worktrees", "../../aside"),
      move(`../${one.slug}`, "../aside"),
      "echo x >> ../../.git/config",
      "touch ../../.git/hooks/post-commit",
    ];
    for (const attack of attacks)
      expect([attack, await output(one.id, `(${attack}) 2>/dev/null && echo done; echo tried`)]).toEqual([
        attack,
        "tried\n",
      ]);
    expect(await output(one.id, "git status --short; git rev-parse --git-common-dir")).toBe("/workspaces/app/.git\n");

    // One has a commit that no other branch has, two something that was never committed.
    await client.request("thread/delete", { threadId: one.id });
    await client.request("thread/delete", { threadId: two.id });
    await gone(one.slug);
    await gone(two.slug);
    expect(await output(main, `git branch --format='%(refname:short)'; git worktree list | wc -l`)).toBe(
      [...[one.branch, two.branch].sort(), ""]
        .reduce((text, line) => `${text}\n${line}`, "main")
        .replace(/\n$/, "\n1\n"),
    );
    expect(await output(main, `git show ${one.branch}:file ${two.branch}:file`)).toBe("one\ntwo\n");
  });

  test("leaves no branch behind that holds nothing of its own", async () => {
    const three = await start();
    expect(await output(main, `git branch --list ${three.branch} | wc -l`)).toBe("1\n");
    await client.request("thread/delete", { threadId: three.id });
    const branch = pathOf(".git", "refs", "heads", "skein", three.slug);
    await vi.waitUntil(() => !existsSync(branch), { timeout: 30_000, interval: 50 });
    expect(await output(main, "git worktree list | wc -l")).toBe("1\n");
  });

  test("stays for a fork when its source is deleted, and goes with the last that works there", async () => {
    const five = await start();
    await output(five.id, "echo mine > untracked");
    const { thread: fork } = await client.request("thread/fork", { threadId: five.id });
    expect(fork.cwd).toBe(five.cwd);
    await client.request("thread/delete", { threadId: five.id });
    // What was asked of the workspace after the deletion is done after it.
    await start();
    expect(await output(fork.id, "cat untracked; git branch --show-current")).toBe(`mine\n${five.branch}\n`);
    await client.request("thread/delete", { threadId: fork.id });
    await gone(five.slug);
    expect(await output(main, `git show ${five.branch}:untracked`)).toBe("mine\n");
  });

  test("that was left behind by a thread that is gone is taken away with the next one, with nothing lost", async () => {
    const branches = ["0123456789", "abcdef0123", "feature"];
    const make = (name: string) => `git worktree add -q .worktrees/${name} -b skein/${name}`;
    const { thread } = await client.request("thread/start", {
      ...{ cwd: "/workspaces/app", sandboxPolicy: { type: "dangerFullAccess" } },
    });
    const age = (name: string) => `touch -d '1 day ago' .git/worktrees/${name}/gitdir`;
    await client.request("turn/start", {
      threadId: thread.id,
      input: prompt([
        runs(
          `${branches.map(make).join("; ")}; echo left > .worktrees/0123456789/left; ${age("0123456789")}; ${age("feature")}`,
        ),
        says("Done."),
      ]),
      sandboxPolicy: { type: "dangerFullAccess" },
    });
    await client.notified("turn/completed", (params) => params.threadId === thread.id);
    expect(existsSync(pathOf(".worktrees", "0123456789", "left"))).toBe(true);
    const six = await start();
    expect(existsSync(pathOf(".worktrees", "0123456789"))).toBe(false);
    // Too young to be without a thread for good, and not of a thread.
    expect(existsSync(pathOf(".worktrees", "abcdef0123"))).toBe(true);
    expect(existsSync(pathOf(".worktrees", "feature"))).toBe(true);
    expect(existsSync(pathOf(".worktrees", six.slug))).toBe(true);
    expect(await output(main, "git show skein/0123456789:left")).toBe("left\n");
  });

  test("is not taken away with a thread that only works there too", async () => {
    const four = await start();
    const guest = await startThread(client, { cwd: four.cwd });
    await client.request("thread/delete", { threadId: guest });
    expect(await output(four.id, "cat file")).toBe("base\n");
    await client.request("thread/delete", { threadId: four.id });
    await gone(four.slug);
  });
});
