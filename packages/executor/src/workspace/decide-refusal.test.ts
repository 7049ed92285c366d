import { expect, test } from "vitest";
import { type DirectoryFacts, decideRefusal, type WorkspaceRules } from "./decide-refusal.ts";

const rules: WorkspaceRules = {
  dataDirectory: "/var/lib/skein",
  roots: ["/srv", "/home", "/var/lib/skein/workspaces", "/etc", "/opt", "/run"],
  tenantId: "t1",
  privatePaths: ["/run/skein-db", "/srv/keys/master"],
  reservedUids: [777],
};
const account = (name: string, home: string) => ({ name, uid: 1000, gid: 1000, home });
const machine = {
  serverUid: 0,
  accounts: [account("dev", "/home/dev"), account("daemon", "/"), account("www", "/var/www")],
};

function decide(path: string, facts: Partial<DirectoryFacts> = {}, serverUid = 0): string | null {
  return decideRefusal({ path, uid: 1000, gid: 1000, closedAt: null, ...facts }, rules, { ...machine, serverUid });
}

test.each([
  ["/srv/app"],
  ["/home/dev/project"],
  ["/home/dev/project/.hidden"],
  ["/var/lib/skein/workspaces/t1/app"],
  ["/var/lib/skein/workspaces/t1/app/deep"],
])("%s may be opened", (path) => {
  expect(decide(path)).toBeNull();
});

test.each([
  ["/", "the root of the file system"],
  ["/var/lib", "contains Skein's data directory"],
  ["/var/lib/skein", "contains Skein's data directory"],
  ["/var/lib/skein/database", "lies in Skein's data directory"],
  ["/var/lib/skein/workspaces", "lies in Skein's data directory"],
  ["/var/lib/skein/workspaces/t1", "lies in Skein's data directory"],
  ["/var/lib/skein/workspaces/t2/app", "lies in Skein's data directory"],
  ["/var/lib/skein/workspaces/t10/app", "lies in Skein's data directory"],
  ["/run", "overlaps /run/skein-db"],
  ["/run/skein-db/5432", "overlaps /run/skein-db"],
  ["/srv/keys", "overlaps /srv/keys/master"],
  ["/opt/skein/x", "belongs to the system"],
  ["/home/dev", "is a home directory"],
  ["/home", "contains the home directory /home/dev"],
  ["/home/dev/.ssh", "settings and keys"],
  ["/mnt/app", "Add its parent to SKEIN_WORKSPACE_ROOTS"],
  ["/srv2/app", "Add its parent to SKEIN_WORKSPACE_ROOTS"],
])("%s is refused: %s", (path, words) => {
  expect(decide(path)).toContain(words);
});

test("a directory of root's is refused with both ways out, whoever the server is", () => {
  for (const serverUid of [0, 1000]) {
    const refusal = decide("/srv/app", { uid: 0 }, serverUid);
    expect(refusal).toContain("Copy it into a workspace that Skein creates");
    expect(refusal).toContain("chown -R USER /srv/app");
  }
});

test("the database's user is nobody to run commands as", () => {
  expect(decide("/srv/app", { uid: 777 })).toContain("as whom commands never run");
  expect(decide("/srv/app", { uid: 777 }, 1000)).toBeNull();
});

test("a directory that its owner cannot reach is refused with what is in the way", () => {
  expect(decide("/srv/app", { closedAt: "/srv" })).toContain("chmod a+x /srv");
});
