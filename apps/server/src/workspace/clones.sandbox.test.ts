/** Workspaces of repositories, over real sockets: a real server of Git, TLS, the proxy and the sandbox between. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { completedItems, runTurn, startThread } from "../testing/conversation.ts";
import { addTree, commit, type GitServer, gitToken, gitUsername, startGitServer } from "../testing/git-server.ts";
import { runs, says } from "../testing/prompts.ts";
import { helloOf, openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

describe.skipIf(!hasBubblewrap)("a repository that is cloned", () => {
  let git: GitServer;
  /** Of which nobody has the certificate. */
  let unknown: GitServer;
  let server: TestServer;
  let client: TestClient;
  /** Without replay, for turns. */
  let worker: TestClient;
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    git = await startGitServer();
    unknown = await startGitServer();
    undo.push(
      () => git.stop(),
      () => unknown.stop(),
      git.trust(),
    );
    await git.add("open/app.git", { "readme.md": "hello\n", "main.ts": "export {};\n" });
    await git.add("private/app.git", { "secret.md": "for few\n" });
    server = await startTestServer({
      SKEIN_LIMIT_WORKSPACE_MB: "8",
      SKEIN_INTERNAL_HOSTS: `localhost:${git.port},localhost:${unknown.port}`,
    });
    undo.push(() => server.stop());
    client = await connect(true);
    worker = await connect(false);
  });
  afterAll(async () => {
    for (const one of [client, worker]) one?.socket.terminate();
    for (const step of undo.reverse()) await step();
  });

  const connect = async (replay: boolean) => {
    const joined = await openClient(server);
    await joined.request("initialize", helloOf({ replay }));
    return joined;
  };

  /** How it ends. */
  const clone = async (name: string, url: string, wish: object = {}) => {
    const { workspace } = await client.request("skein/workspace/clone", { name, url, ...wish });
    expect(workspace).toMatchObject({ name, root: `/workspaces/${name}`, state: { type: "making" }, mayDelete: true });
    const ended = await client.notified("skein/workspace/changed", ({ workspace: { id, state } }) => {
      return id === workspace.id && state.type !== "making";
    });
    return ended.workspace;
  };
  const failure = async (name: string, url: string, wish: object = {}) => {
    const { state, id } = await clone(name, url, wish);
    expect(state).toMatchObject({ type: "failed" });
    await vi.waitUntil(() => !existsSync(pathOf(name)), { timeout: 30_000, interval: 50 });
    await client.request("skein/workspace/delete", { workspaceId: id });
    return state.message as string;
  };
  const refusal = (url: string, wish: object = {}) =>
    client.request("skein/workspace/clone", { name: "refused", url, ...wish }).then(
      () => null,
      (error: Error) => error.message,
    );
  const pathOf = (name: string) => {
    const [tenant = ""] = readdirSync(join(server.dataDirectory, "workspaces"));
    return join(server.dataDirectory, "workspaces", tenant, name);
  };
  const addCredential = async (host = `localhost:${git.port}`) => {
    const given = { scope: "user", name: "reading", host, username: gitUsername, token: gitToken };
    return (await client.request("skein/gitCredential/add", given)).credential;
  };
  const audit = async (): Promise<{ action: string; subject: string; details: { reason?: string } }[]> =>
    (await client.request("skein/audit/list", {})).data;

  test("becomes a workspace in which Git works as after any clone", async () => {
    const workspace = await clone("app", git.address("open/app.git"));
    expect(workspace).toMatchObject({
      state: { type: "ready" },
      source: { type: "repository", url: git.address("open/app.git"), branch: null, depth: null },
      disk: { files: expect.any(Number) },
    });
    const steps = client.notifications("skein/workspace/changed").map(({ params }) => params.workspace.state.progress);
    for (const progress of steps) if (progress) expect(progress.percent).toBeGreaterThanOrEqual(0);
    const threadId = await startThread(worker, { cwd: "/workspaces/app" });
    const script =
      "git status --short --branch; git remote -v; git log --oneline | wc -l; ls -A; ls -A .git/hooks; cat readme.md";
    await runTurn(worker, threadId, [runs(script)], [says("Done.")]);
    const url = git.address("open/app.git");
    expect(completedItems(worker).at(-2).aggregatedOutput).toBe(
      `## main...origin/main\norigin\t${url} (fetch)\norigin\t${url} (push)\n1\n.git\n.worktrees\nmain.ts\nreadme.md\nhello\n`,
    );
    expect(readFileSync(join(pathOf("app"), ".git/config"), "utf8")).not.toMatch(/http:|proxy|insteadOf|credential/i);
    expect(git.heard.every(({ authorization }) => authorization === undefined)).toBe(true);
    expect(await audit()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "workspace.created", details: { name: "app", from: "clone" } }),
        expect.objectContaining({
          ...{ action: "egress.allowed", subject: "localhost", threadId: null },
          details: { port: git.port, rule: "clone" },
        }),
      ]),
    );
  });

  test("may be a branch, and as many commits as are wanted", async () => {
    await git.add("open/long.git", { one: "1" });
    for (const name of ["two", "three"]) {
      const id = await git.git("open/long.git", ["hash-object", "-w", "--stdin"], Buffer.from(name));
      const tree = await git.git("open/long.git", ["mktree"], Buffer.from(`100644 blob ${id}\t${name}\n`));
      await commit(git.git, "open/long.git", tree);
    }
    await git.git("open/long.git", ["branch", "older", "main~1"]);
    await clone("long", git.address("open/long.git"), { branch: "older", depth: 1 });
    expect(readdirSync(pathOf("long")).sort()).toEqual([".git", "two"]);
    expect(readFileSync(join(pathOf("long"), ".git/HEAD"), "utf8")).toBe("ref: refs/heads/older\n");
    expect(existsSync(join(pathOf("long"), ".git/shallow"))).toBe(true);
    expect(await failure("none", git.address("open/long.git"), { branch: "nowhere" })).toBe(
      "the repository has no such branch",
    );
    for (const branch of ["--upload-pack=touch x", "a..b", "a b"]) {
      expect(await refusal(git.address("open/long.git"), { branch })).toMatch(/no name of a branch/);
    }
  });

  test("is read with a credential for its host, which is nowhere but at the host", async () => {
    const url = git.address("private/app.git");
    expect(await failure("without", url)).toMatch(/the host wants a credential/);
    const credential = await addCredential();
    expect(credential).toMatchObject({
      host: `localhost:${git.port}`,
      username: gitUsername,
      lastFour: gitToken.slice(-4),
    });
    const held = git.hold();
    const ending = clone("private", url);
    await held.asked;
    expect(processesWith(gitToken)).toEqual([]);
    held.release();
    expect(await ending).toMatchObject({ state: { type: "ready" } });
    expect(readFileSync(join(pathOf("private"), "secret.md"), "utf8")).toBe("for few\n");

    expect(filesWith(pathOf("private"), gitToken)).toEqual([]);
    expect(filesWith(pathOf("private"), encoded)).toEqual([]);
    const listed = await client.request("skein/gitCredential/list", {});
    expect(listed.data).toEqual([credential]);
    const everything = JSON.stringify([client.frames, listed, await audit()]);
    expect(everything).toContain("credential.used");
    for (const secret of [gitToken, encoded]) expect(everything).not.toContain(secret);
    // What is on the disk of the database.
    const dump = await server.database.administer((sql) => sql`select to_json(s)::text as row from stored_secrets s`);
    expect(JSON.stringify(dump)).not.toContain(gitToken);

    expect(await failure("refused-it", url, { credentialId: null })).toMatch(/the host wants a credential/);
    await client.request("skein/gitCredential/delete", { credentialId: credential.id });
    expect(await refusal(url, { credentialId: credential.id })).toMatch(/credential not found/);
    expect(await failure("after", url)).toMatch(/the host wants a credential/);
  });

  test("is not read with a credential for another host, whoever names it", async () => {
    const credential = await addCredential("git.example.org");
    expect(await refusal(git.address("private/app.git"), { credentialId: credential.id })).toMatch(
      /credential not found/,
    );
    expect(await failure("by-host", git.address("private/app.git"))).toMatch(/the host wants a credential/);
    await client.request("skein/gitCredential/delete", { credentialId: credential.id });
  });

  test("may have another path on its host; where it sends on to another host, nothing follows", async () => {
    const credential = await addCredential();
    expect(await clone("renamed", git.address("renamed/app.git"))).toMatchObject({ state: { type: "ready" } });
    const thief = await startGitServer();
    await thief.add("open/app.git", { "trap.md": "x" });
    git.movedTo = thief.address("open");
    expect(await failure("moved", git.address("moved/app.git"))).toBe(
      `localhost sends on to localhost:${thief.port}, which was not asked for`,
    );
    git.movedTo = `http://localhost:${thief.port}/open`;
    expect(await failure("moved-plain", git.address("moved/app.git"))).toMatch(/which was not asked for/);
    expect(thief.heard).toEqual([]);
    await thief.stop();
    await client.request("skein/gitCredential/delete", { credentialId: credential.id });
  });

  test("is refused where it lies on the inside, behind an unknown certificate, or off the team's list", async () => {
    const heard = git.heard.length;
    const inside = `https://127.0.0.1:${git.port}/open/app.git`;
    expect(await failure("inside", inside)).toMatch(/leads to the machine itself/);
    expect(await failure("by-name", "https://[::ffff:7f00:1]/open/app.git")).toMatch(/leads to an IPv4 addres/);
    expect(git.heard).toHaveLength(heard);
    await vi.waitUntil(async () => (await audit()).some(({ subject }) => subject === "127.0.0.1"));
    expect(await audit()).toContainEqual(
      expect.objectContaining({
        ...{ action: "egress.refused", subject: "127.0.0.1" },
        details: { port: git.port, reason: "address" },
      }),
    );
    expect(await failure("unknown", unknown.address("open/app.git"))).toMatch(
      /^no safe connection to localhost could be made: (DEPTH_ZERO_)?SELF_SIGNED/,
    );
    expect(unknown.heard).toEqual([]);

    await client.request("skein/network/policy/update", { mode: "listed", hosts: ["git.example.org"] });
    expect(await refusal(git.address("open/app.git"))).toMatch(
      /is not on the list of hosts that the owners of your team keep/,
    );
    await vi.waitUntil(async () =>
      (await audit()).some(({ action, details }) => action === "egress.refused" && details.reason === "policy"),
    );
    await client.request("skein/network/policy/update", { mode: "listed", hosts: [`localhost:${git.port}`] });
    expect(await clone("listed", git.address("open/app.git"))).toMatchObject({ state: { type: "ready" } });
    await client.request("skein/network/policy/update", { mode: "off", hosts: [] });
  });

  test("comes over https, from an address that holds no secret", async () => {
    for (const [url, words] of [
      ["git@github.com:a/b.git", /over SSH/],
      ["ssh://git@github.com/a/b.git", /over SSH/],
      ["git://github.com/a/b.git", /over git:/],
      ["http://github.com/a/b.git", /over http:/],
      ["file:///etc/passwd", /over file:/],
      ["ext::sh -c id", /over ext:/],
      ["/etc", /no address of https/],
      ["https://me:token@github.com/a/b.git", /names a user/],
      ["https://github.com/a/b.git?x=1", /no query/],
      ["https://github.com/", /no repository on it/],
      ["https://git hub.com/a", /no address of https/],
    ] as const) {
      expect([url, await refusal(url)]).toEqual([url, expect.stringMatching(words)]);
    }
    expect(existsSync(pathOf("refused"))).toBe(false);
  });

  test("is told in words why it did not come", async () => {
    expect(await failure("missing", git.address("open/nothing.git"))).toBe(
      "there is no such repository, or it wants a credential",
    );
    await git.add("open/large.git", { "large.bin": randomBytes(12 * 1024 * 1024) });
    expect(await failure("large", git.address("open/large.git"))).toMatch(/more than|above its limit/);
    expect(await refusal(git.address("open/app.git"), { name: "../x" })).toMatch(/workspace name/);
    expect(await refusal(git.address("open/app.git"), { name: "app" })).toMatch(/exists already/);
  });

  test.each([
    ["up", "40000", ".."],
    ["dot-git", "40000", ".git"],
    ["case", "40000", ".GIT"],
    ["short", "40000", "git~1"],
    ["link", "120000", ".git"],
    ["slash", "100644", "../escaped"],
  ])("does not get out of its directory, nor into what is Git's: %s", async (name, mode, entry) => {
    const path = `open/evil-${name}.git`;
    const first = await git.add(path, { config: "[core]\n\tfsmonitor = touch /tmp/x\n" });
    const files = await git.git(path, ["rev-parse", `${first}^{tree}`]);
    const blob = await git.git(path, ["rev-parse", `${first}:config`]);
    const id = mode === "40000" ? files : blob;
    await commit(git.git, path, await addTree(git, path, [{ mode, name: entry, id }]));
    expect(await failure(`evil-${name}`, git.address(path))).toMatch(/names of files that are refused|could not clone/);
    expect(existsSync(join(pathOf("evil"), "..", "escaped"))).toBe(false);
  });

  test("brings submodules and filters as the files that they are", async () => {
    const modules = '[submodule "m"]\n\tpath = m\n\turl = ext::sh -c touch% /tmp/x\n';
    await git.add("open/modules.git", { ".gitmodules": modules, ".gitattributes": "* filter=lfs\n", plain: "x\n" });
    const tree = await git.git("open/modules.git", ["rev-parse", "main^{tree}"]);
    const entries = await git.git("open/modules.git", ["ls-tree", tree]);
    const first = await git.git("open/modules.git", ["rev-parse", "main"]);
    const more = `${entries}\n160000 commit ${first}\tm\n`;
    const sum = await git.git("open/modules.git", ["mktree", "--missing"], Buffer.from(more));
    await commit(git.git, "open/modules.git", sum);
    expect(await clone("modules", git.address("open/modules.git"))).toMatchObject({ state: { type: "ready" } });
    expect(readdirSync(join(pathOf("modules"), "m"))).toEqual([]);
    expect(existsSync(join(pathOf("modules"), ".git/modules"))).toBe(false);
    expect(readFileSync(join(pathOf("modules"), "plain"), "utf8")).toBe("x\n");
  });

  test("ends when nobody wants it any more, and leaves nothing", async () => {
    const held = git.hold();
    const { workspace } = await client.request("skein/workspace/clone", {
      name: "given-up",
      url: git.address("open/app.git"),
    });
    await held.asked;
    expect(existsSync(pathOf("given-up"))).toBe(true);
    await client.request("skein/workspace/delete", { workspaceId: workspace.id });
    await client.notified("skein/workspace/deleted", ({ workspaceId }) => workspaceId === workspace.id);
    expect(existsSync(pathOf("given-up"))).toBe(false);
    held.release();
    // The name is free again.
    expect(await clone("given-up", git.address("open/app.git"))).toMatchObject({ state: { type: "ready" } });
  });

  test("that the server's end cut short has failed, with nothing left of it", async () => {
    const held = git.hold();
    const { workspace } = await client.request("skein/workspace/clone", {
      name: "cut",
      url: git.address("open/app.git"),
    });
    await held.asked;
    await server.restart();
    held.release();
    client = await connect(true);
    const { data } = await client.request("skein/workspace/list", {});
    expect(data).toContainEqual(
      expect.objectContaining({
        id: workspace.id,
        state: { type: "failed", message: "the server was stopped; begin again" },
      }),
    );
    expect(existsSync(pathOf("cut"))).toBe(false);
  });
});

const encoded = Buffer.from(`${gitUsername}:${gitToken}`).toString("base64");

/** Those whose arguments or environment hold the text. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    return ["cmdline", "environ"].some((file) => readOr(`/proc/${pid}/${file}`).includes(text));
  });
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readOr(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
}
