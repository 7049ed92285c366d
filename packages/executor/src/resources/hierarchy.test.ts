import { expect, test } from "vitest";
import { deriveHierarchy1, deriveOwnGroup2 } from "./hierarchy.ts";

const mixedMounts = `23 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;
const mixedGroups = "8:pids:/\n4:memory:/api/57d8\n1:cpu,cpuacct:/\n0::/\n";
const onlyVersion2 = "25 30 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";

test("each controller of version 1 has its own place", () => {
  expect(deriveHierarchy1(mixedGroups, mixedMounts)).toEqual({
    level: "cgroup1",
    memory: "/sys/fs/cgroup/memory/api/57d8",
    processes: "/sys/fs/cgroup/pids/",
    cpu: "/sys/fs/cgroup/cpu,cpuacct/",
  });
});

test("version 1 is of use only with both memory and processes", () => {
  expect(deriveHierarchy1("0::/\n", onlyVersion2)).toBeNull();
  expect(deriveHierarchy1("4:memory:/\n", mixedMounts)).toBeNull();
});

test("the own group of version 2 is found", () => {
  expect(deriveOwnGroup2("0::/system.slice/skein.service\n", onlyVersion2)).toBe(
    "/sys/fs/cgroup/system.slice/skein.service",
  );
  expect(deriveOwnGroup2(mixedGroups, mixedMounts)).toBe("/sys/fs/cgroup/unified/");
  expect(deriveOwnGroup2("4:memory:/\n", mixedMounts)).toBeNull();
});

test("in a container the part that is mounted counts", () => {
  const mount = "25 30 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw";
  expect(deriveOwnGroup2("0::/docker/abc/skein\n", mount)).toBe("/sys/fs/cgroup/skein");
  expect(deriveOwnGroup2("0::/docker/abc\n", mount)).toBe("/sys/fs/cgroup");
  expect(deriveOwnGroup2("0::/../elsewhere\n", mount)).toBeNull();
});
