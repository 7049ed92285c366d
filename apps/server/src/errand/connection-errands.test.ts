import type { EnvironmentOpening } from "@skein/executor/host/runner-host";
import { expect, test } from "vitest";
import type { Workspace } from "../workspace/workspaces.ts";
import type { ErrandPlace } from "./connection-errands.ts";
import { type ErrandPorts, Errands } from "./errands.ts";

/** Workspaces /workspaces/0 and on, at a runner that opens nothing real. */
function setUp() {
  const open = new Set<string>();
  const opened: string[] = [];
  const host = {
    openEnvironment: async ({ threadId, workspace }: EnvironmentOpening) => {
      open.add(threadId);
      opened.push(workspace.id);
      return { info: { root: `/workspaces/${workspace.id}` } };
    },
    renewLease: () => {},
    closeEnvironment: async (threadId: string) => void open.delete(threadId),
  };
  const workspaces = {
    holding: async (_: string, path: string) => {
      const id = path.split("/")[2];
      return { record: { id }, root: `/workspaces/${id}` } as Workspace;
    },
    homeOf: async (_: string, id: string) => ({ runner: "here", workspace: { id } }),
  };
  const errands = new Errands({ workspaces, runners: { find: () => host } } as unknown as ErrandPorts);
  const connect = (tenantId = "tenant") => {
    const closing = new AbortController();
    const client = { principal: { tenantId }, gone: closing.signal, notify() {}, untilRoom: async () => {} };
    return { errands: errands.of(client as never), leave: () => closing.abort() };
  };
  return { connect, errands, open, opened };
}

const pathOf = async ({ path }: ErrandPlace) => path;

test("a workspace is opened once per connection, and ends with it", async () => {
  const { connect, open, opened } = setUp();
  const [one, other] = [connect(), connect()];
  expect(await one.errands.use("/workspaces/1/a/../b", pathOf)).toBe("/workspaces/1/b");
  await one.errands.use("/workspaces/1", pathOf);
  await other.errands.use("/workspaces/1", pathOf);
  expect([opened, open.size]).toEqual([["1", "1"], 2]);
  one.leave();
  await expect.poll(() => open.size).toBe(1);
  await expect(one.errands.use("/workspaces/1", pathOf)).rejects.toThrow("the connection is closed");
});

test("of many workspaces the idle one that was used longest ago makes room, and one at work does not", async () => {
  const { connect, open, opened } = setUp();
  const { errands } = connect();
  const working = Promise.withResolvers<void>();
  const atWork = errands.use("/workspaces/0", () => working.promise);
  for (let id = 1; id < 8; id++) await errands.use(`/workspaces/${id}`, pathOf);
  await errands.use("/workspaces/1", pathOf);
  await errands.use("/workspaces/8", pathOf);
  await expect.poll(() => open.size).toBe(8);
  await errands.use("/workspaces/1", pathOf);
  await errands.use("/workspaces/0", pathOf);
  expect(opened).toHaveLength(9);
  await errands.use("/workspaces/2", pathOf);
  expect(opened).toHaveLength(10);
  working.resolve();
  await atWork;
});

test("a connection that works in eight workspaces is refused a ninth", async () => {
  const { errands } = setUp().connect();
  const working = Promise.withResolvers<void>();
  const all = Array.from({ length: 8 }, (_, id) => errands.use(`/workspaces/${id}`, () => working.promise));
  await expect(errands.use("/workspaces/8", pathOf)).rejects.toThrow("in 8 workspaces");
  working.resolve();
  await Promise.all(all);
  expect(await errands.use("/workspaces/8", pathOf)).toBe("/workspaces/8");
});

test("a tenant's connections share a bound, and leave other tenants alone", async () => {
  const { connect, open } = setUp();
  const connections = Array.from({ length: 32 }, () => connect());
  for (const { errands } of connections) await errands.use("/workspaces/0", pathOf);
  await expect(connect().errands.use("/workspaces/0", pathOf)).rejects.toThrow("32 environments of this team");
  await connect("another").errands.use("/workspaces/0", pathOf);
  connections[0]?.leave();
  await expect.poll(() => open.size).toBe(32);
  expect(await connect().errands.use("/workspaces/0", pathOf)).toBe("/workspaces/0");
});

test("a few file operations run at a time, and one that fails makes room", async () => {
  const { errands } = setUp().connect();
  const begun: number[] = [];
  const gates = Array.from({ length: 6 }, () => Promise.withResolvers<void>());
  const all = gates.map(({ promise }, index) =>
    errands.useBriefly("/workspaces/0", async () => {
      begun.push(index);
      await promise;
    }),
  );
  const outcomes = Promise.allSettled(all);
  await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
  gates[1]?.reject(new Error("it failed"));
  await expect.poll(() => begun).toEqual([0, 1, 2, 3, 4]);
  for (const { resolve } of gates) resolve();
  expect((await outcomes).map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(1);
  expect(begun).toHaveLength(6);
});
