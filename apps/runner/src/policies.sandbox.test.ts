import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { LocalEnvironment } from "@skein/executor/environment/local-environment";
import type { WorkspaceDirectory } from "@skein/executor/workspace/workspace";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { fullAccess, readOnly, run, workspaceWrite } from "./sandbox-command.ts";

describe.skipIf(!hasBubblewrap)("policies", () => {
  let bench: SandboxBench;
  let workspace: WorkspaceDirectory;
  let environment: LocalEnvironment;
  beforeAll(async () => {
    bench = await SandboxBench.open();
  });
  beforeEach(async () => {
    workspace = bench.workspace();
    environment = await bench.thread(workspace);
  });
  afterAll(() => bench?.close());

  const initialise = () =>
    run(environment, "git init -q . && git config user.email a@b.c && git config user.name a", { policy: fullAccess });

  test("read-only leaves the workspace as it is and gives scratch space", async () => {
    const { text, exitCode } = await run(environment, "touch x; touch /tmp/x && echo scratch", { policy: readOnly });
    expect(text).toContain("Read-only file system");
    expect(text).toContain("scratch");
    expect(exitCode).toBe(0);
    expect(readdirSync(workspace.hostPath)).toEqual([]);
  });

  test("what a command writes is on the host, owned by the workspace's owner", async () => {
    await run(environment, "mkdir d && echo hello > d/f");
    expect(readFileSync(join(workspace.hostPath, "d/f"), "utf8")).toBe("hello\n");
    expect(lstatSync(join(workspace.hostPath, "d/f")).uid).toBe(workspace.uid);
  });

  test("commands of one policy share /tmp, another policy has its own", async () => {
    await run(environment, "echo shared > /tmp/f");
    expect((await run(environment, "cat /tmp/f")).text).toBe("shared\n");
    expect((await run(environment, "cat /tmp/f", { policy: readOnly })).exitCode).toBe(1);
  });

  test("git works, but its hooks and settings cannot be changed", async () => {
    expect((await initialise()).exitCode).toBe(0);
    expect((await run(environment, "touch a && git add a && git commit -qm a && git log --format=%s")).text).toBe(
      "a\n",
    );
    for (const attack of [
      "echo evil > .git/hooks/pre-commit",
      "echo evil >> .git/config",
      "rm -rf .git/hooks",
      "mv .git/hooks .git/aside",
      "mv .git/config .git/aside",
      "mv .git aside",
      "rm -rf .git; mkdir .git",
      "chmod -R 777 .git/hooks",
    ]) {
      expect((await run(environment, `if (${attack}) 2>/dev/null; then echo BROKEN; fi`)).text).toBe("");
    }
    expect(existsSync(join(workspace.hostPath, ".git/hooks/pre-commit"))).toBe(false);
    expect(existsSync(join(workspace.hostPath, ".git/config"))).toBe(true);
  });

  test("hooks that are missing cannot be made", async () => {
    await initialise();
    rmSync(join(workspace.hostPath, ".git/hooks"), { recursive: true });
    const { text } = await run(environment, "mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit");
    expect(text).toContain("Read-only file system");
    expect(readdirSync(join(workspace.hostPath, ".git/hooks"))).toEqual([]);
  });

  test("settings of agents are protected where they exist, and not made where they do not", async () => {
    await run(environment, "mkdir .codex && echo a > .codex/config.toml", { policy: fullAccess });
    expect((await run(environment, "echo evil > .codex/config.toml")).exitCode).not.toBe(0);
    expect(existsSync(join(workspace.hostPath, ".agents"))).toBe(false);
  });

  test.each([".git", ".codex", ".agents"])("a planted %s link is refused and never followed", async (name) => {
    symlinkSync("../../../../../../tmp", join(workspace.hostPath, name));
    await expect(run(environment, "ls /tmp")).rejects.toThrow(`${name} is a symbolic link`);
    // The way out that the message names.
    expect((await run(environment, ["rm", name], { policy: fullAccess })).exitCode).toBe(0);
    expect((await run(environment, "echo works")).text).toBe("works\n");
  });

  test("a planted hooks link is refused", async () => {
    mkdirSync(join(workspace.hostPath, ".git"));
    symlinkSync("/tmp", join(workspace.hostPath, ".git/hooks"));
    await expect(run(environment, "true")).rejects.toThrow(".git/hooks is a symbolic link");
  });

  test("a repository that is a file, as in a worktree, cannot be replaced", async () => {
    await run(environment, "echo 'gitdir: /nowhere' > .git", { policy: fullAccess });
    expect((await run(environment, "echo evil > .git || rm .git || mv .git aside")).exitCode).not.toBe(0);
    expect(readFileSync(join(workspace.hostPath, ".git"), "utf8")).toBe("gitdir: /nowhere\n");
  });

  test("a command with full access says what it does not share, when there is something to share", async () => {
    expect((await run(environment, "echo a", { policy: fullAccess })).text).toBe("a\n");
    await run(environment, "true");
    expect((await run(environment, "echo a", { policy: fullAccess })).text).toBe(
      "[skein: this command runs in a sandbox of its own and shares neither loopback nor /tmp with the others]\na\n",
    );
  });

  test("network about which nobody decides is not there, whatever the policy allows", async () => {
    const policy = { ...workspaceWrite, networkAccess: true };
    expect((await run(environment, "wc -l < /proc/net/dev", { policy })).text).toBe("3\n");
  });

  test("/tmp can be left out", async () => {
    const policy = { ...workspaceWrite, excludeSlashTmp: true, excludeTmpdirEnvVar: true };
    const { text } = await run(environment, 'touch /tmp/x; echo "[$TMPDIR]"', { policy });
    expect(text).toContain("Read-only file system");
    expect(text).toContain("[]");
  });

  test("a workspace that was replaced by a link is refused", async () => {
    rmSync(workspace.hostPath, { recursive: true });
    symlinkSync("/tmp", workspace.hostPath);
    await expect(run(environment, "true")).rejects.toThrow("is gone or has become something else");
  });

  test("processes are limited for the sandbox, which lives on", async () => {
    const narrow = await SandboxBench.open({ sandboxLimits: { processes: 60, memoryBytes: 1024 * 1024 * 1024 } });
    try {
      const crowded = await narrow.thread();
      const bomb =
        'for (1..200) { my $p = fork; if (!defined $p) { print "stopped: $!"; kill 9, @p; exit } exec "sleep", 60 if !$p; push @p, $p }';
      expect((await run(crowded, ["perl", "-e", bomb])).text).toBe("stopped: Resource temporarily unavailable");
      expect((await run(crowded, "echo alive")).text).toBe("alive\n");
      const greedy = await narrow.thread();
      const heap = await run(greedy, ["perl", "-e", '$x = "a" x 1_500_000_000; print length $x']);
      expect(heap.exitCode).not.toBe(0);
      expect((await run(greedy, "echo alive")).text).toBe("alive\n");
    } finally {
      await narrow.close();
    }
  });

  test("rg and node are at hand, whatever the machine has", async () => {
    expect((await run(environment, "echo needle > f; rg --no-filename needle")).text).toBe("needle\n");
    expect((await run(environment, "/opt/skein/bin/node -p 1+1")).text).toBe("2\n");
  });
});
