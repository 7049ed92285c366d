import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { LocalEnvironment } from "@skein/executor/environment/local-environment";
import type { WorkspaceDirectory } from "@skein/executor/workspace/workspace";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { readOnly, run, workspaceWrite } from "./sandbox-command.ts";

describe.skipIf(!hasBubblewrap)("files", () => {
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

  const at = (name: string) => `${environment.info.root}/${name}`;
  const host = (name: string) => join(workspace.hostPath, name);

  /** As the workspace's owner would have made it. */
  function put(name: string, content: string | Uint8Array, mode = 0o644): void {
    writeFileSync(host(name), content);
    chmodSync(host(name), mode);
    if (process.getuid?.() === 0) chownSync(host(name), workspace.uid, workspace.gid);
  }

  test("reading and looking start no sandbox", async () => {
    put("a", "content");
    expect(Buffer.from((await environment.readFile(at("a"), 100))!).toString()).toBe("content");
    expect(await environment.readFile(at("missing/b"), 100)).toBeNull();
    expect(await environment.fileKind(at("a"))).toBe("file");
    expect(await environment.fileKind(environment.info.root)).toBe("directory");
    expect(await environment.fileKind(at("missing"))).toBeNull();
    expect(environment.sandboxes).toBe(0);
  });

  test("a directory and a file above the bound are refused, by either way of reading", async () => {
    put("big", "x".repeat(101));
    symlinkSync("big", host("to-big"));
    mkdirSync(host("d"));
    await expect(environment.readFile(at("big"), 100)).rejects.toMatchObject({ name: "FileFailure", code: "EFBIG" });
    await expect(environment.readFile(at("to-big"), 100)).rejects.toMatchObject({ name: "FileFailure", code: "EFBIG" });
    await expect(environment.readFile(at("d"), 100)).rejects.toMatchObject({ name: "FileFailure", code: "EISDIR" });
    await expect(environment.readFile("/usr", 100)).rejects.toMatchObject({ name: "FileFailure", code: "EISDIR" });
  });

  test("links inside the workspace are followed, links out of it lead nowhere", async () => {
    put("a", "content");
    symlinkSync("a", host("inside"));
    symlinkSync("/etc/shadow", host("outside"));
    expect(Buffer.from((await environment.readFile(at("inside"), 100))!).toString()).toBe("content");
    expect(await environment.readFile(at("outside"), 100_000)).toBeNull();
    expect(await environment.readFile("/etc/shadow", 100_000)).toBeNull();
  });

  test.runIf(process.getuid?.() === 0)("what the owner may not read is not read with the server's rights", async () => {
    writeFileSync(host("roots"), "secret", { mode: 0o600 });
    await expect(environment.readFile(at("roots"), 100)).rejects.toMatchObject({ name: "FileFailure", code: "EACCES" });
  });

  test("a FIFO is refused instead of waited for", async () => {
    await run(environment, "mkfifo pipe");
    await expect(environment.readFile(at("pipe"), 100)).rejects.toMatchObject({ code: "EINVAL" });
    expect(await environment.fileKind(at("pipe"))).toBe("other");
  });

  test("writing makes parents, keeps the mode, leaves nothing beside", async () => {
    const bytes = Buffer.from([0, 255, 10, 128]);
    await environment.writeFile(at("new/deep/file"), bytes, workspaceWrite);
    expect(readFileSync(host("new/deep/file"))).toEqual(bytes);
    put("script", "old", 0o755);
    await environment.writeFile(at("script"), Buffer.from("new"), workspaceWrite);
    expect(readFileSync(host("script"), "utf8")).toBe("new");
    expect(lstatSync(host("script")).mode & 0o777).toBe(0o755);
    expect(lstatSync(host("script")).uid).toBe(workspace.uid);
    expect(readdirSync(workspace.hostPath).sort()).toEqual(["new", "script"]);
  });

  test("writing through a link keeps the link", async () => {
    put("target", "old");
    symlinkSync("target", host("link"));
    await environment.writeFile(at("link"), Buffer.from("new"), workspaceWrite);
    expect(lstatSync(host("link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(host("target"), "utf8")).toBe("new");
  });

  test("what a policy forbids is refused with its errno, and the file is as it was", async () => {
    put("a", "old");
    const write = (path: string, policy: typeof readOnly) => environment.writeFile(path, Buffer.from("new"), policy);
    await expect(write(at("a"), readOnly)).rejects.toMatchObject({ name: "FileFailure", code: "EROFS" });
    await expect(environment.removeFile(at("a"), readOnly)).rejects.toMatchObject({ code: "EROFS" });
    await expect(write("/usr/x", workspaceWrite)).rejects.toMatchObject({ name: "FileFailure", code: "EROFS" });
    await expect(write(environment.info.root, workspaceWrite)).rejects.toMatchObject({ code: "EISDIR" });
    await expect(write(at("a/below"), workspaceWrite)).rejects.toMatchObject({ code: "ENOTDIR" });
    expect(readFileSync(host("a"), "utf8")).toBe("old");
    await run(environment, "git init -q sub && mv sub/.git .git", { policy: { type: "dangerFullAccess" } });
    const fresh = await bench.thread(workspace);
    const attack = fresh.writeFile(at(".git/config"), Buffer.from("evil"), workspaceWrite);
    await expect(attack).rejects.toMatchObject({ name: "FileFailure" });
    expect(readFileSync(host(".git/config"), "utf8")).not.toContain("evil");
    expect(readdirSync(host(".git")).filter((name) => name.endsWith("~"))).toEqual([]);
  });

  test("removing takes a file and refuses a directory", async () => {
    put("a", "x");
    mkdirSync(host("d"));
    await environment.removeFile(at("a"), workspaceWrite);
    expect(readdirSync(workspace.hostPath)).toEqual(["d"]);
    await expect(environment.removeFile(at("d"), workspaceWrite)).rejects.toMatchObject({ name: "FileFailure" });
    await expect(environment.removeFile(at("a"), workspaceWrite)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("listing and walking are bounded; a link is listed as what it leads to, and not walked", async () => {
    await run(environment, "mkdir -p a/b .git; touch z a/x a/b/y .git/HEAD; ln -s / root; ln -s nowhere lost");
    expect(await environment.listDirectory(environment.info.root, 10)).toEqual({
      entries: [
        { name: ".git", kind: "directory" },
        { name: "a", kind: "directory" },
        { name: "root", kind: "directory" },
        { name: "z", kind: "file" },
      ],
      truncated: false,
    });
    const files = ["lost", "root", "z", "a/x", "a/b/y"];
    expect(await environment.walkDirectory(environment.info.root, 10)).toEqual({ files, truncated: false });
    expect(await environment.walkDirectory(environment.info.root, 2)).toEqual({
      files: files.slice(0, 2),
      truncated: true,
    });
  });

  test("temporary files are those of the sandbox in use", async () => {
    await environment.writeFile("/tmp/note", Buffer.from("kept"), workspaceWrite);
    expect(Buffer.from((await environment.readFile("/tmp/note", 100))!).toString()).toBe("kept");
    expect((await run(environment, "cat /tmp/note")).text).toBe("kept");
  });
});
