/**
 * Every attack of `attacks.pl`, under every policy, with a terminal and without, on this machine and at a runner behind a
 * socket; and, to show that they can succeed, with pieces of the sandbox taken out.
 */
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostEnvironment } from "@skein/executor/host/runner-host";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRemoteBench, type RemoteBench } from "../host-bench.ts";
import { hasBubblewrap, SandboxBench } from "../sandbox-bench.ts";
import { fullAccess, readOnly, run, workspaceWrite } from "../sandbox-command.ts";
import { type AttackReport, attackScript, type HostSecrets, readReport } from "./attack-report.ts";
import { type FalseHost, openFalseHost, secret } from "./false-host.ts";
import { canServe, serveAsOrdinaryUser } from "./ordinary-server.ts";
import { type Weakening, writeWeakened } from "./weakened-bubblewrap.ts";

const policies = { readOnly, workspaceWrite, fullAccess } as const;
type PolicyName = keyof typeof policies;
const terminal = { columns: 80, rows: 24 };

const canServeAsOther = await canServe();

/** More than this were there when this was written; one that is lost would not be missed otherwise. */
const leastAttacks = 80;

describe.skipIf(!hasBubblewrap || !existsSync("/usr/bin/perl"))("attacks from inside a sandbox", () => {
  let bench: SandboxBench;
  let remote: RemoteBench;
  let host: FalseHost;
  let secrets: HostSecrets;
  beforeAll(async () => {
    process.env.SKEIN_TEST_SECRET = secret;
    bench = await SandboxBench.open();
    remote = await openRemoteBench();
    host = await openFalseHost(bench.directory);
    const [other, sibling] = ["stranger", "tenant"].map((tenant) => join(bench.workspace(tenant).hostPath, "file"));
    for (const file of [other, sibling]) writeFileSync(file ?? "", secret, { mode: 0o644 });
    secrets = host.secrets({ otherFile: other ?? "", siblingFile: sibling ?? "" });
  });
  afterAll(async () => {
    delete process.env.SKEIN_TEST_SECRET;
    await host?.close();
    await remote?.close();
    await bench?.close();
  });

  describe.each(["local", "remote"] as const)("at a runner that is %s", (where) => {
    test.each([
      ["readOnly", null],
      ["readOnly", terminal],
      ["workspaceWrite", null],
      ["workspaceWrite", terminal],
      ["fullAccess", null],
      ["fullAccess", terminal],
    ] as const)("under %s, terminal %j: all are held", async (policy, tty) => {
      const environment = where === "local" ? await bench.thread() : await remote.thread(`${policy}-${tty !== null}`);
      const { names, broken } = await attackFrom(environment, secrets, policy, tty);
      expect(broken).toEqual([]);
      expect(names.length).toBeGreaterThan(leastAttacks);
    });
  });

  test.skipIf(!canServeAsOther)("at a server that is an ordinary user: all are held", async () => {
    const [text = ""] = await serveAsOrdinaryUser(bench, secrets.secretFile, [
      attackScript(secrets, { protectsGit: false }),
    ]);
    const { names, broken } = readReport(text);
    expect(broken).toEqual([]);
    expect(names.length).toBeGreaterThan(leastAttacks);
  });

  test("a setuid file that is left behind is nobody's but the tenant's", async () => {
    const environment = await bench.thread();
    await run(environment, "cp /bin/true suid && chmod 6755 suid");
    const { uid, mode } = statSync(join(environment.workspace.hostPath, "suid"));
    expect({ uid, isSetuid: (mode & 0o4000) !== 0 }).toEqual({ uid: environment.workspace.uid, isSetuid: true });
    expect(uid).not.toBe(0);
  });

  describe("with a piece of the sandbox taken out, the attack that it holds succeeds:", () => {
    const own = (name: string): Weakening => ({ without: [[name]] });
    const filter = ["--seccomp", "*"];
    const cases: readonly (readonly [string, () => Weakening, readonly RegExp[]])[] = [
      [
        "the network namespace",
        () => own("--unshare-net"),
        [/^port on 127/, /^abstract socket/, /^network device/, /^way to the metadata/],
      ],
      [
        "the filter of system calls",
        () => ({ without: [filter] }),
        [/^system call keyctl/, /^system call clone3/, /terminal: type for another: BROKEN/, /terminal: paste/],
      ],
      [
        "the filter and the ban on namespaces",
        () => ({ without: [filter, ["--disable-userns"]] }),
        [/^unshare a user/, /^unshare a network/],
      ],
      ["the IPC namespace", () => own("--unshare-ipc"), [/^shared memory of the host/]],
      [
        "the pid namespace",
        () => ({ without: [["--unshare-pid"], ["--as-pid-1"]] }),
        [/^process of the host/, /^signal to a process/],
      ],
      [
        "the cleaned environment",
        () => ({ without: [["--clearenv"]], environment: { DATABASE_URL: secret } }),
        [/^secret in an environment/],
      ],
      [
        "read-only kernel settings",
        () => ({ without: [["--ro-bind", "/proc/sys", "/proc/sys"]] }),
        [/^settings that can/],
      ],
      ["a root that cannot be written", () => ({ without: [["--remount-ro", "/"]] }), [/^new file \/broken/]],
      ["devices of its own", () => ({ after: ["--dev-bind", "/dev", "/dev"] }), [/^device that is not harmless/]],
      [
        "its own view of files",
        () => ({ after: ["--ro-bind", bench.directory, bench.directory] }),
        [/^server's file/, /^file through a link/, /^other tenant's file|^own tenant's other/, /^socket by path/],
      ],
      ["closed descriptors", () => ({ leaks: secrets.secretFile }), [/^descriptor that was left open/]],
      [
        "mounts over the repository's settings",
        () => ({
          without: [
            ["--ro-bind-fd", "*", "*"],
            ["--bind-fd", "*", "/workspaces/attacked/.git"],
          ],
        }),
        [/^git hook/, /^git configuration/, /^git directory moved/],
      ],
    ];

    test.each(cases)("%s", async (name, weakening, expected) => {
      const bubblewrapPath = writeWeakened(join(bench.directory, `weak-${name.replaceAll(/\W+/g, "-")}`), weakening());
      const weak = await SandboxBench.open({ bubblewrapPath });
      try {
        expect(weak.environments.facts.obstacle).toBeNull();
        const environment = await weak.thread(weak.workspace("tenant", "attacked"));
        const { broken } = await attackFrom(environment, secrets, "workspaceWrite", terminal);
        for (const attack of expected) expect(broken).toContainEqual(expect.stringMatching(attack));
      } finally {
        await weak.close();
      }
    });
  });
});

/** In a repository, as one that a person cloned. */
async function attackFrom(
  environment: HostEnvironment,
  secrets: HostSecrets,
  policy: PolicyName,
  tty: typeof terminal | null,
): Promise<AttackReport> {
  await run(environment, "git init -q .", { policy: fullAccess });
  const script = attackScript(secrets, { protectsGit: policy === "workspaceWrite" });
  const { text } = await run(environment, script, { policy: policies[policy], tty });
  return readReport(text.slice(text.indexOf("other tenant's file\t")));
}
