import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkspaceDirectory } from "./create-directory.ts";
import type { WorkspaceRules } from "./decide-refusal.ts";
import { openWorkspaceDirectory, WorkspaceRefused } from "./open-directory.ts";
import { deriveTenantOwner } from "./tenant-owner.ts";

const isRoot = process.getuid?.() === 0;
let root: string;
let rules: WorkspaceRules;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "open-")));
  chmodSync(root, 0o711);
  for (const name of ["data", "projects", "projects/app"]) mkdirSync(join(root, name));
  if (isRoot) chownSync(join(root, "projects/app"), 54_321, 0);
  rules = {
    dataDirectory: join(root, "data"),
    roots: [join(root, "projects"), join(root, "data/workspaces")],
    tenantId: "t",
    privatePaths: [],
    reservedUids: [],
  };
});
afterEach(() => rmSync(root, { recursive: true }));

test("links are resolved before the rules are asked", () => {
  symlinkSync(join(root, "projects/app"), join(root, "projects/link"));
  symlinkSync(join(root, "data"), join(root, "projects/sneaky"));
  const opened = openWorkspaceDirectory("w", join(root, "projects/link"), rules);
  expect(opened).toMatchObject({ hostPath: join(root, "projects/app"), sandboxPath: join(root, "projects/app") });
  const sneak = () => openWorkspaceDirectory("w", join(root, "projects/sneaky"), rules);
  expect(sneak).toThrow("Skein's data directory");
});

test("rules given by way of a link mean what it points to", () => {
  symlinkSync(join(root, "projects"), join(root, "alias"));
  const aliased = { ...rules, roots: [join(root, "alias")] };
  expect(openWorkspaceDirectory("w", join(root, "projects/app"), aliased).hostPath).toBe(join(root, "projects/app"));
});

test.runIf(isRoot)("as root, commands get the owner's uid, and never a group that the owner may lack", () => {
  expect(openWorkspaceDirectory("w", join(root, "projects/app"), rules)).toMatchObject({ uid: 54_321, gid: 54_321 });
  chmodSync(root, 0o700);
  expect(() => openWorkspaceDirectory("w", join(root, "projects/app"), rules)).toThrow(`chmod a+x ${root}`);
});

test.each(["relative", "/nowhere/at/all", "/etc/passwd", "/tmp/a\0b"])("%j is refused in words", (path) => {
  expect(() => openWorkspaceDirectory("w", path, rules)).toThrow(WorkspaceRefused);
});

test("a workspace that Skein makes belongs to the tenant and opens again under its portable name", () => {
  const spec = { id: "w", name: "app", tenantId: "t", dataDirectory: rules.dataDirectory, owner: deriveTenantOwner(3) };
  const made = createWorkspaceDirectory(spec);
  expect(made.sandboxPath).toBe("/workspaces/app");
  expect(lstatSync(made.hostPath).uid).toBe(isRoot ? 50_003 : process.getuid?.());
  expect(createWorkspaceDirectory(spec)).toEqual(made);
  expect(openWorkspaceDirectory("w", made.hostPath, rules)).toEqual(made);
  mkdirSync(join(made.hostPath, "sub"));
  if (isRoot) chownSync(join(made.hostPath, "sub"), made.uid, made.gid);
  expect(openWorkspaceDirectory("w", join(made.hostPath, "sub"), rules).sandboxPath).toBe("/workspaces/app/sub");
});

test.each(["", ".", "..", "a/b", ".hidden", "x".repeat(65), "a\0"])("%j is no name for a workspace", (name) => {
  const spec = { id: "w", name, tenantId: "t", dataDirectory: rules.dataDirectory, owner: deriveTenantOwner(0) };
  expect(() => createWorkspaceDirectory(spec)).toThrow(WorkspaceRefused);
});

test("the range of uids has an end", () => {
  expect(() => deriveTenantOwner(10_000)).toThrow(RangeError);
});
