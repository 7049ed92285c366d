import { expect, test } from "vitest";
import { type BubblewrapPlan, deriveBubblewrapArguments } from "./bubblewrap-arguments.ts";

const plan: BubblewrapPlan = {
  system: { directories: ["/usr"], links: [{ path: "/bin", target: "usr/bin" }] },
  tools: [{ source: "/srv/skein/runner.js", path: "/opt/skein/runner.mjs" }],
  files: [{ descriptor: 4, path: "/etc/passwd" }],
  seccompDescriptor: 3,
  workspace: { descriptor: 5, path: "/workspaces/app", access: "readWrite" },
  overlays: [{ descriptor: 6, path: "/workspaces/app/.git/config", access: "readOnly" }],
  emptyDirectories: [{ path: "/workspaces/app/.git/hooks", ignoreDescriptor: null }],
  coverings: [{ descriptor: 7, path: "/workspaces/app/.git/commondir" }],
  proxySocket: null,
  temporaryDirectory: "writable",
  environment: { PATH: "/usr/bin" },
  limits: { processes: 10, memoryBytes: 20, fileBytes: 30, openFiles: 40, temporaryBytes: 50, homeBytes: 60 },
  command: ["/opt/skein/bin/node", "/opt/skein/runner.mjs"],
};

const optionsOf = (changed: BubblewrapPlan) => deriveBubblewrapArguments(changed).options;

/** Where the given words stand next to each other; -1 for nowhere. */
function position(args: readonly string[], ...words: string[]): number {
  return args.findIndex((_, index) => words.every((word, offset) => args[index + offset] === word));
}

test.each([
  ["--unshare-user"],
  ["--unshare-pid"],
  ["--unshare-ipc"],
  ["--unshare-uts"],
  ["--unshare-net"],
  ["--as-pid-1"],
  ["--die-with-parent"],
  ["--new-session"],
  ["--clearenv"],
  ["--disable-userns"],
  ["--cap-drop", "ALL"],
  ["--seccomp", "3"],
  ["--ro-bind", "/proc/sys", "/proc/sys"],
  ["--remount-ro", "/dev"],
  ["--remount-ro", "/"],
  ["--ro-bind", "/srv/skein/runner.js", "/opt/skein/runner.mjs"],
  ["--file", "4", "/etc/passwd"],
])("%s is there", (...words) => {
  expect(position(optionsOf(plan), ...words)).not.toBe(-1);
});

test("the network is never shared, whatever the plan", () => {
  expect(optionsOf(plan)).not.toContain("--share-net");
});

test("every tmpfs has a size", () => {
  const args = optionsOf(plan);
  for (const [index, word] of args.entries()) {
    if (word === "--tmpfs") expect(args.slice(Math.max(0, index - 4), index)).toContain("--size");
  }
});

test("what protects comes after what it protects", () => {
  const args = optionsOf(plan);
  const workspace = position(args, "--bind-fd", "5", "/workspaces/app");
  expect(workspace).toBeGreaterThan(0);
  expect(position(args, "--ro-bind-fd", "6", "/workspaces/app/.git/config")).toBeGreaterThan(workspace);
  expect(position(args, "--remount-ro", "/workspaces/app/.git/hooks")).toBeGreaterThan(workspace);
  expect(position(args, "--tmpfs", "/tmp")).toBeLessThan(workspace);
});

test("a read-only workspace is bound read-only, and /tmp can be read-only too", () => {
  const workspace = { ...plan.workspace!, access: "readOnly" as const };
  const args = optionsOf({ ...plan, workspace, temporaryDirectory: "readOnly" });
  expect(position(args, "--ro-bind-fd", "5", "/workspaces/app")).toBeGreaterThan(0);
  expect(position(args, "--remount-ro", "/tmp")).toBeGreaterThan(0);
});

test("the command runs below a shell, inside the limits", () => {
  expect(deriveBubblewrapArguments(plan).command).toEqual([
    "/usr/bin/prlimit",
    "--nproc=10",
    "--fsize=30",
    "--nofile=40",
    "--data=20",
    "--core=0",
    "--",
    "/bin/sh",
    "-c",
    '"$@"; exit $?',
    "sh",
    "/opt/skein/bin/node",
    "/opt/skein/runner.mjs",
  ]);
});
