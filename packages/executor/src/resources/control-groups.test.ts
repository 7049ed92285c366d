/**
 * Both versions against directories of files, where the kernel would be: that is what they are written to and read from.
 * With the kernel itself the sandbox tests of the runner use what the machine has.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ControlGroups } from "./control-groups.ts";
import { hierarchy2 } from "./hierarchy.ts";

const limits = {
  environment: { processes: 10, memoryBytes: 1000 },
  tenant: { processes: 20, memoryBytes: 2000 },
  machine: { processes: 30, memoryBytes: 3000 },
};

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), "skein-groups-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const read = (...path: string[]) => readFileSync(join(...path), "latin1");

test("version 2: one directory for all, limits at each level, controllers handed on but at the leaf", () => {
  const root = place();
  const group = new ControlGroups(hierarchy2(root), "abc", limits).open("team/../x", "w");
  group.admit(4711);
  const [all, tenant, leaf] = ["skein-abc", "skein-abc/team____x", "skein-abc/team____x/w-1"];
  expect([all, tenant, leaf].map((path) => read(root, path, "memory.max"))).toEqual(["3000", "2000", "1000"]);
  expect([all, tenant, leaf].map((path) => read(root, path, "pids.max"))).toEqual(["30", "20", "10"]);
  expect(read(root, all, "cpu.weight")).toBe("25");
  expect(read(root, tenant, "cgroup.subtree_control")).toBe("+memory +pids +cpu");
  expect(() => read(root, leaf, "cgroup.subtree_control")).toThrow("ENOENT");
  expect(read(root, leaf, "cgroup.procs")).toBe("4711");
});

test("version 2: what the kernel counted is told, and judged", () => {
  const root = place();
  const group = new ControlGroups(hierarchy2(root), "abc", limits).open("t", "w");
  const leaf = join(root, "skein-abc/t/w-1");
  const kernel = (refused: number, kills: number, current = 1, shmem = 0) => {
    writeFileSync(join(leaf, "pids.events"), `max ${refused}\n`);
    writeFileSync(join(leaf, "pids.current"), `${current}\n`);
    writeFileSync(join(leaf, "memory.events"), `low 0\noom 1\noom_kill ${kills}\n`);
    writeFileSync(join(leaf, "memory.events.local"), "oom 1\noom_kill 0\n");
    writeFileSync(join(leaf, "memory.stat"), `anon 5\nshmem ${shmem}\n`);
  };
  kernel(50, 2);
  expect(group.memoryKills()).toEqual({ count: 2, own: 1 });
  expect(group.look()).toBeNull();
  kernel(150, 2);
  expect(group.look()).toEqual({ type: "processes", limit: 10 });
  expect(group.isFull()).toBe(false);
  kernel(150, 2, 9);
  expect(group.isFull()).toBe(true);
  expect(group.look()).toBeNull();
  kernel(150, 2, 1, 950);
  expect(group.look()).toEqual({ type: "memory", limitBytes: 1000 });
});

test("a few refusals are a build's own matter, some at every look are not", () => {
  const root = place();
  const group = new ControlGroups(hierarchy2(root), "abc", limits).open("t", "w");
  const leaf = join(root, "skein-abc/t/w-1");
  writeFileSync(join(leaf, "memory.events"), "");
  writeFileSync(join(leaf, "memory.events.local"), "");
  writeFileSync(join(leaf, "memory.stat"), "");
  const looks = [3, 3, 5, 9, 12].map((refused) => {
    writeFileSync(join(leaf, "pids.events"), `max ${refused}\n`);
    return group.look()?.type ?? null;
  });
  expect(looks).toEqual([null, null, null, null, "processes"]);
});

test("what killed runners have left is removed once it is old and empty, and a runner that lost its own makes it anew", () => {
  const root = place();
  const leave = (name: string, hoursAgo: number, process: boolean) => {
    mkdirSync(join(root, name, "t/w-1"), { recursive: true });
    if (process) writeFileSync(join(root, name, "t/w-1/cgroup.procs"), "1");
    const at = new Date(Date.now() - hoursAgo * 3_600_000);
    utimesSync(join(root, name), at, at);
  };
  leave("skein-old", 3, false);
  leave("skein-new", 0, false);
  leave("skein-busy", 3, true);
  mkdirSync(join(root, "skein-busy/t/w-2"));
  utimesSync(join(root, "skein-busy"), new Date(0), new Date(0));
  leave("skein-server", 3, false);
  leave("others", 3, false);
  const groups = new ControlGroups(hierarchy2(root), "abc", limits);
  expect(readdirSync(root).toSorted()).toEqual(
    expect.arrayContaining(["others", "skein-abc", "skein-busy", "skein-new", "skein-server"]),
  );
  expect(readdirSync(root)).not.toContain("skein-old");
  expect(readdirSync(join(root, "skein-busy/t")).toSorted()).toEqual(["w-1", "w-2"]);
  const machine = read(root, "skein-abc/pids.max");
  rmSync(join(root, "skein-abc"), { recursive: true });
  groups.open("t", "w");
  expect(read(root, "skein-abc/pids.max")).toBe(machine);
});

test("version 1: a directory per controller, swap counted with memory where it can be", () => {
  const root = place();
  const hierarchy = { level: "cgroup1" as const, memory: join(root, "m"), processes: join(root, "p"), cpu: null };
  mkdirSync(join(root, "m/skein-abc/t"), { recursive: true });
  writeFileSync(join(root, "m/skein-abc/t/memory.memsw.limit_in_bytes"), "");
  const group = new ControlGroups(hierarchy, "abc", limits).open("t", "w");
  group.admit(1);
  expect(read(root, "m/skein-abc/t/w-1/memory.limit_in_bytes")).toBe("1000");
  expect(read(root, "m/skein-abc/t/memory.memsw.limit_in_bytes")).toBe("2000");
  expect(read(root, "p/skein-abc/t/w-1/pids.max")).toBe("10");
  expect(read(root, "m/skein-abc/t/w-1/cgroup.procs")).toBe("1");
  expect(read(root, "p/skein-abc/t/w-1/cgroup.procs")).toBe("1");
  writeFileSync(join(root, "m/skein-abc/t/w-1/memory.oom_control"), "under_oom 0\noom_kill 3\n");
  writeFileSync(join(root, "m/skein-abc/t/w-1/memory.max_usage_in_bytes"), "500\n");
  expect(group.memoryKills()).toEqual({ count: 3, own: 0 });
  writeFileSync(join(root, "m/skein-abc/t/w-1/memory.max_usage_in_bytes"), "999\n");
  expect(group.memoryKills()).toEqual({ count: 3, own: 3 });
});
