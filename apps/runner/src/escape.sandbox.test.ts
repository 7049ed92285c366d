/** Each test is an attack that succeeds where a piece of the sandbox is missing; `sandbox/` names the piece. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { LocalEnvironment } from "@skein/executor/environment/local-environment";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { commandSpec, fullAccess, OutputReader, run } from "./sandbox-command.ts";

const secret = "hunter2-of-the-server";

describe.skipIf(!hasBubblewrap)("from inside a sandbox", () => {
  let bench: SandboxBench;
  let environment: LocalEnvironment;
  let server: Server;

  beforeAll(async () => {
    process.env.SKEIN_TEST_SECRET = secret;
    bench = await SandboxBench.open();
    environment = await bench.thread();
    writeFileSync(join(bench.directory, "key"), secret, { mode: 0o644 });
    mkdirSync(join(bench.directory, "database"));
    server = createServer((socket) => socket.end(secret));
    await new Promise<void>((resolve) => server.listen(join(bench.directory, "database/socket"), resolve));
    chmodSync(join(bench.directory, "database/socket"), 0o777);
  });
  afterAll(async () => {
    delete process.env.SKEIN_TEST_SECRET;
    await new Promise((resolve) => server?.close(resolve));
    await bench?.close();
  });

  /** The attack must fail, and must have been made: it prints "tried". */
  async function refused(script: string): Promise<string> {
    const { text } = await run(environment, `echo tried; if ${script}; then echo BROKEN; fi`);
    expect(text).toMatch(/^tried\n/);
    expect(text).not.toContain("BROKEN");
    expect(text).not.toContain(secret);
    return text;
  }

  test("only the system, the workspace and scratch space are there", async () => {
    const { text } = await run(environment, "ls /");
    const allowed = "bin dev etc home lib lib32 lib64 libx32 opt proc run sbin tmp usr workspaces".split(" ");
    expect(
      text
        .trim()
        .split("\n")
        .filter((name) => !allowed.includes(name)),
    ).toEqual([]);
    expect((await run(environment, "ls /home /workspaces")).text).toBe(
      `/home:\nagent\n\n/workspaces:\n${environment.info.root.split("/").at(-1)}\n`,
    );
  });

  test("host files with secrets are not", async () => {
    await refused("cat /etc/shadow");
    await refused("ls /root");
    await refused(`cat ${bench.directory}/key`);
    await refused(`ls ${bench.directory}`);
  });

  test("other workspaces are not, neither the tenant's own nor a stranger's", async () => {
    for (const tenant of ["tenant", "stranger"]) {
      const other = bench.workspace(tenant);
      writeFileSync(join(other.hostPath, "file"), secret, { mode: 0o644 });
      await refused(`cat ${other.hostPath}/file`);
      await refused(`cat ${other.sandboxPath}/file`);
      await refused(`cat ../${other.sandboxPath.split("/").at(-1)}/file`);
    }
  });

  test("a link in the workspace leads to nothing of the host", async () => {
    await refused(`ln -s ${bench.directory}/key link && cat link`);
    await expect(environment.readFile(`${environment.info.root}/link`, 1000)).resolves.toBeNull();
  });

  test("the server's environment is nowhere", async () => {
    expect(process.env.SKEIN_TEST_SECRET).toBe(secret);
    const { text } = await run(environment, "env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'");
    expect(text).toContain("SKEIN=1");
    expect(text).not.toContain(secret);
    expect((await run(environment, "tr '\\0' '\\n' < /proc/1/environ")).text).toBe(
      "PATH=/usr/local/bin:/usr/bin:/bin\nHOME=/home/agent\nLANG=C.UTF-8\nPWD=/\n",
    );
  });

  test("a command inherits its output and nothing else that can be read", async () => {
    const { text } = await run(environment, "readlink /proc/self/fd/*");
    const targets = text
      .trimEnd()
      .split("\n")
      .filter((target) => target !== "/dev/null");
    expect([...new Set(targets)]).toEqual([expect.stringMatching("^/run/skein/output-[0-9]+$")]);
  });

  test("no process of the host can be seen", async () => {
    const { text } = await run(environment, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    expect(text).toContain("/opt/skein/runner.mjs");
    expect(text).not.toMatch(/vitest|bwrap/);
  });

  test("sockets of the host cannot be reached, by path, by port, or beside the network", async () => {
    const tcp = createServer((socket) => socket.end(secret));
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    const address = tcp.address();
    const port = typeof address === "object" ? address?.port : 0;
    const connect = (target: string) =>
      `node -e 'require("net").connect(${target}).on("data", d => console.log(String(d))).on("error", e => { console.log(e.code); process.exit(1) })'`;
    expect(await refused(connect(`"${bench.directory}/database/socket"`))).toContain("ENOENT");
    expect(await refused(connect(`${port}, "127.0.0.1"`))).toContain("ECONNREFUSED");
    await new Promise((resolve) => tcp.close(resolve));
    const interfaces = (await run(environment, "tail -n +3 /proc/net/dev")).text.trim().split("\n");
    expect(interfaces.map((line) => line.trim().split(":")[0])).toEqual(["lo"]);
    expect(await refused("perl -e 'socket(S, 40, 1, 0) or print(\"$!\\n\"), exit 1'")).toContain("not supported");
  });

  test("nothing outside the workspace, the home and /tmp can be written", async () => {
    for (const path of [
      "/x",
      "/usr/x",
      "/etc/x",
      "/dev/x",
      "/opt/skein/x",
      "/opt/skein/runner.mjs",
      "/home/x",
      "/run/x",
    ]) {
      await refused(`touch ${path} && echo x >> ${path}`);
    }
    expect((await run(environment, "touch /tmp/x ~/x x /dev/shm/x")).exitCode).toBe(0);
  });

  test("kernel settings cannot be opened for writing", async () => {
    await refused("true >> /proc/sys/kernel/core_pattern");
    await refused("true >> /proc/sys/kernel/hostname");
    await refused("true >> /proc/sysrq-trigger");
  });

  test("there are no rights to gain", async () => {
    const { text } = await run(environment, "grep -E '^(Cap|NoNewPrivs|Seccomp:|Groups|Uid)' /proc/self/status");
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
      expect(text).toContain(`${set}:\t0000000000000000`);
    expect(text).toMatch(/NoNewPrivs:\t1/);
    expect(text).toMatch(/Seccomp:\t2/);
    expect(text).toMatch(/Uid:\t1000\t1000\t1000\t1000/);
    await refused("unshare -Ur true");
    await refused("unshare -n true");
    await refused("mount -t tmpfs none /tmp");
    await refused("chroot / true");
  });

  test("a setuid file that is left behind is nobody's but the tenant's", async () => {
    const { exitCode } = await run(environment, "cp /bin/true suid && chmod 6755 suid && stat -c %u suid");
    expect(exitCode).toBe(0);
    const file = statSync(join(environment.workspace.hostPath, "suid"));
    expect(file.uid).toBe(environment.workspace.uid);
    expect(file.uid).not.toBe(0);
  });

  test("tracing, reading others' memory and io_uring are refused by the filter", async () => {
    if (process.arch !== "x64") return;
    for (const number of [101, 310, 321, 425, 438]) {
      const text = await refused(
        `perl -e 'exit(syscall(${number}, 0, 0, 0, 0, 0) < 0 ? (print("errno ", $!+0, "\\n"), 1)[1] : 0)'`,
      );
      expect(text).toContain("errno 1\n");
    }
  });

  test("typing into a terminal on behalf of another is refused", async () => {
    const script = 'perl -e \'$c = "x"; ioctl(STDIN, 0x5412, $c) or print("refused: $!\\n")\'';
    const tty = { columns: 80, rows: 24 };
    expect((await run(environment, script, { tty })).text).toBe("refused: Operation not permitted\r\n");
  });

  test("process 1 and the sandbox cannot be ended by signals to it", async () => {
    await run(environment, "kill -9 1; kill -TERM 1; kill -INT 1");
    expect((await run(environment, "echo alive")).text).toBe("alive\n");
  });

  test("full access is all of the environment and nothing of the host", async () => {
    const all = (script: string) => run(environment, script, { policy: fullAccess });
    expect((await all("touch ~/x x /tmp/x")).exitCode).toBe(0);
    expect((await all(`cat ${bench.directory}/key /etc/shadow`)).text).not.toContain(secret);
    expect((await all("touch /usr/x")).exitCode).not.toBe(0);
    expect((await all("grep CapEff /proc/self/status")).text).toContain("CapEff:\t0000000000000000");
  });

  test("what runs in the background ends with the environment", async () => {
    const other = await bench.thread();
    const started = await other.start(commandSpec(other, "setsid sleep 987654 & (sleep 987655 &) ; echo ready"));
    await new OutputReader(started).until((text) => text.includes("ready"));
    await vi.waitUntil(() => hostProcesses("98765").length === 2, { timeout: 30_000 });
    await other.close();
    expect(hostProcesses("98765")).toEqual([]);
  });
});

function hostProcesses(argument: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/cmdline`)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "latin1").startsWith(`sleep\0${argument}`);
    } catch {
      return false;
    }
  });
}
