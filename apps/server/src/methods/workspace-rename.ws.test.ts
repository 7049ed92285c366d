/** What people call a workspace, over real sockets: its path, and what works there, stay. */
import { expect } from "vitest";
import { addPerson, addTenant } from "../borders/testing/people.ts";
import { completedItems, runTurn, startThread } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

test("is changed for everybody, and a thread that works there notices nothing", async ({ join, server }) => {
  const tenantId = await addTenant(server);
  const owner = await join({ token: (await addPerson(server, tenantId, "owner")).secret });
  const watcher = await join({ token: (await addPerson(server, tenantId, "viewer")).secret, replay: true });
  const { workspace } = await owner.request("skein/workspace/create", { name: "tides" });
  expect(workspace.title).toBeNull();
  const threadId = await startThread(owner, { cwd: workspace.root });
  await runTurn(owner, threadId, [runs("echo 04:12 > low")], [says("Done.")]);

  const rename = (title: string | null) =>
    owner.request("skein/workspace/rename", { workspaceId: workspace.id, title });
  const renamed = { id: workspace.id, name: "tides", root: "/workspaces/tides", title: "Tide tables 🌊" };
  expect(await rename("  Tide tables 🌊 ")).toMatchObject({ workspace: { ...renamed, mayDelete: true } });
  const told = await watcher.notified("skein/workspace/changed", (params) => params.workspace.title !== null);
  expect(told.workspace).toMatchObject(renamed);
  expect(told.workspace).not.toHaveProperty("mayDelete");
  expect((await watcher.request("skein/workspace/list", undefined)).data).toContainEqual(
    expect.objectContaining({ ...renamed, mayDelete: false, threads: 1 }),
  );
  expect(await owner.request("skein/workspace/read", { workspaceId: workspace.id })).toMatchObject({
    workspace: renamed,
  });
  await runTurn(owner, threadId, [runs("pwd; cat low")], [says("Done.")]);
  expect(completedItems(owner).findLast(({ type }) => type === "commandExecution").aggregatedOutput).toBe(
    "/workspaces/tides\n04:12\n",
  );
  // A title is no name: it takes none from another workspace, and leads to none.
  await expect(startThread(owner, { cwd: "/workspaces/Tide tables 🌊" })).rejects.toThrow(/no workspace named/);
  const other = await owner.request("skein/workspace/create", { name: "Tide" });
  expect(
    await owner.request("skein/workspace/rename", { workspaceId: other.workspace.id, title: renamed.title }),
  ).toMatchObject({ workspace: { name: "Tide", title: renamed.title } });

  expect(await rename(" ")).toMatchObject({ workspace: { title: null } });
  // It has that name already.
  await rename("tides");
  const { data } = await owner.request("skein/audit/list", { limit: 200 });
  const lines = data.filter((line: { subject: string }) => line.subject === workspace.id);
  expect(
    lines
      .filter(({ action }: { action: string }) => action === "workspace.renamed")
      .map(({ details }: { details: unknown }) => details),
  ).toEqual([
    { name: "tides", title: "tides", titleBefore: renamed.title },
    { name: "tides", title: renamed.title, titleBefore: "tides" },
  ]);
});

test("is changed by an owner, or by the member who made it", async ({ join, server }) => {
  const tenantId = await addTenant(server);
  const as = async (...person: [role: "owner" | "member" | "viewer", scopes?: ["read", "prompt"]]) =>
    join({ token: (await addPerson(server, tenantId, ...person)).secret });
  const maker = await as("member");
  const { workspace } = await maker.request("skein/workspace/create", { name: "tides" });
  const params = { workspaceId: workspace.id, title: "Tables" };
  for (const stranger of [await as("member"), await as("viewer"), await as("owner", ["read", "prompt"])]) {
    expect((await stranger.ask("skein/workspace/rename", params)).error?.data).toMatchObject({ kind: "forbidden" });
  }
  const titleNow = async () =>
    (await maker.request("skein/workspace/read", { workspaceId: workspace.id })).workspace.title;
  expect(await titleNow()).toBeNull();
  await maker.request("skein/workspace/rename", params);
  await (await as("owner")).request("skein/workspace/rename", { ...params, title: "Tide tables" });
  expect(await titleNow()).toBe("Tide tables");
});

test("is refused where nobody could read it, and of what is gone", async ({ join }) => {
  const client = await join();
  const { workspace } = await client.request("skein/workspace/create", { name: "short-lived" });
  const rename = (title: string, workspaceId = workspace.id) =>
    client.request("skein/workspace/rename", { workspaceId, title });
  await expect(rename("a\u202egpj.exe")).rejects.toThrow(/characters that cannot be seen/);
  await expect(rename("x".repeat(101))).rejects.toThrow(/longer than 100 characters/);
  await client.request("skein/workspace/delete", { workspaceId: workspace.id });
  await expect(rename("Back again")).rejects.toThrow(/workspace not found/);
  await expect(rename("Nowhere", "../short-lived")).rejects.toThrow(/workspace not found/);
});
