/** The rows of workspaces and their homes, over runners that only write down what they are asked. */
import { RunnerAbsent, type RunnerHost, type TenantPlace } from "@skein/executor/host/runner-host";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { Runners } from "./runners.ts";
import { Workspaces } from "./workspaces.ts";

let database: TestDatabase;
let tenant: TestTenant;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = await database.addTenant();
});

interface WrittenHost extends RunnerHost {
  readonly made: { readonly tenant: TenantPlace; readonly name: string }[];
  isAway: boolean;
}

function hostNamed(name: string): WrittenHost {
  const host: WrittenHost = {
    name,
    made: [],
    isAway: false,
    get facts() {
      const limits = { level: "cgroup2" as const, obstacle: null };
      return host.isAway ? null : { isolation: "bubblewrap" as const, shell: "/bin/bash", obstacle: null, limits };
    },
    get absence() {
      return host.isAway ? "no route" : null;
    },
    whenReached: () => {},
    createDirectory: async (of, workspace) => {
      if (host.isAway) throw new RunnerAbsent(name, "it was switched off");
      host.made.push({ tenant: of, name: workspace });
      return { hostPath: `/data/workspaces/${of.id}/${workspace}`, sandboxPath: `/workspaces/${workspace}` };
    },
    openDirectory: async (_of, path) => {
      if (host.isAway) throw new RunnerAbsent(name, "it was switched off");
      return { hostPath: path, sandboxPath: path };
    },
    removeDirectory: async () => {},
    openEnvironment: () => Promise.reject(new Error("nobody opens anything here")),
    renewLease: () => {},
    closeEnvironment: async () => {},
    close: async () => {},
  };
  return host;
}

const open = (...hosts: [WrittenHost, ...WrittenHost[]]) => openFor(() => true, ...hosts);

const openFor = (mayOpen: (tenantId: string) => boolean, ...hosts: [WrittenHost, ...WrittenHost[]]) =>
  new Workspaces(database.withTenant, new Runners(hosts, { leaseMs: 10_000, patienceMs: 10_000 }), mayOpen);

test("a workspace stays with the runner where it was made, whichever is preferred later", async () => {
  const [one, two] = [hostNamed("one"), hostNamed("two")];
  const made = await open(one, two).create(tenant.tenantId, "app");
  const later = open(two, one);
  expect((await later.create(tenant.tenantId, "app")).record).toEqual(made.record);
  expect(two.made).toEqual([]);
  expect(await later.homeOf(tenant.tenantId, made.record.id)).toMatchObject({
    runner: "one",
    workspace: { kind: "created", name: "app", id: made.record.id },
    known: null,
  });
  expect((await later.create(tenant.tenantId, "new")).record.runner).toBe("two");
});

test("of two nodes that make one name at two runners at once both get the same workspace", async () => {
  const nodes = [open(hostNamed("one"), hostNamed("two")), open(hostNamed("two"), hostNamed("one"))];
  const made = await Promise.all(nodes.map((node) => node.create(tenant.tenantId, "app")));
  expect(new Set(made.map(({ record }) => record.id)).size).toBe(1);
  expect(await nodes[0]?.list(tenant.tenantId)).toHaveLength(1);
});

test("tenants have numbers of their own that never change", async () => {
  const other = await database.addTenant();
  const host = hostNamed("one");
  await open(host).create(tenant.tenantId, "a");
  await open(host).create(other.tenantId, "a");
  await open(host).create(tenant.tenantId, "b");
  const [first, second, third] = host.made.map(({ tenant: { index } }) => index);
  expect(first).not.toBe(second);
  expect(third).toBe(first);
  expect(second).toBeGreaterThanOrEqual(0);
});

test("a workspace whose runner is away is listed, and nothing is made in its stead", async () => {
  const host = hostNamed("one");
  const workspaces = open(host);
  const { record } = await workspaces.create(tenant.tenantId, "main");
  await workspaces.noteFacts(tenant.tenantId, record.id, null, {
    ...{ root: "/workspaces/main", shell: "/bin/zsh" },
    isolation: "bubblewrap",
  });
  host.isAway = true;
  const [listed] = await workspaces.list(tenant.tenantId);
  expect(listed?.root).toBe("/workspaces/main");
  expect(listed && workspaces.absenceOf(listed)).toBe("no route");
  await expect(workspaces.placeOf(tenant.tenantId, null)).rejects.toThrow("the runner one is away");
  expect((await workspaces.homeOf(tenant.tenantId, record.id))?.known).toEqual({
    ...{ root: "/workspaces/main", shell: "/bin/zsh" },
    isolation: "bubblewrap",
  });
});

test("a runner that this node does not know is named", async () => {
  const { record } = await open(hostNamed("gone")).create(tenant.tenantId, "main");
  const elsewhere = open(hostNamed("here"));
  await expect(elsewhere.create(tenant.tenantId, "main")).rejects.toThrow(
    "the runner gone is away (this node does not know it)",
  );
  const [listed] = await elsewhere.list(tenant.tenantId);
  expect(listed?.record.id).toBe(record.id);
  expect(listed && elsewhere.absenceOf(listed)).toBe("this node does not know it");
});

test("rows from before runners had names become the node's own", async () => {
  const { record } = await open(hostNamed("local")).create(tenant.tenantId, "old");
  await database.log`select adopt_local_workspaces('local-abc')`;
  expect((await open(hostNamed("x")).homeOf(tenant.tenantId, record.id))?.runner).toBe("local-abc");
});

test("a tenant that may open no directory of the machine works in what it creates", async () => {
  const other = await database.addTenant();
  const workspaces = openFor((id) => id === tenant.tenantId, hostNamed("one"));
  expect((await workspaces.placeOf(tenant.tenantId, "/srv/project")).cwd).toBe("/srv/project");
  const refused = workspaces.placeOf(other.tenantId, "/srv/project");
  await expect(refused).rejects.toThrow("directories of the server are not for this team");
  expect((await workspaces.placeOf(other.tenantId, null)).cwd).toBe("/workspaces/main");
  expect((await workspaces.placeOf(other.tenantId, "/workspaces/main")).cwd).toBe("/workspaces/main");
});
