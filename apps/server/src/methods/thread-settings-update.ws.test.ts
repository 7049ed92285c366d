import { expect } from "vitest";
import { startThread } from "../testing/conversation.ts";
import { test } from "../testing/server-test.ts";

test("settings change for the turns that follow, and every subscriber is told", async ({ join }) => {
  const client = await join();
  const other = await join();
  const threadId = await startThread(client, { sandbox: "read-only" });
  await other.request("thread/resume", { threadId });
  await client.request("thread/settings/update", { threadId, permissions: ":workspace", approvalPolicy: "never" });
  const { threadSettings } = await other.notified("thread/settings/updated");
  expect(threadSettings).toMatchObject({ sandboxPolicy: { type: "workspaceWrite" }, approvalPolicy: "never" });
  const resumed = await client.request("thread/resume", { threadId });
  expect(resumed).toMatchObject({ sandbox: { type: "workspaceWrite" }, approvalPolicy: "never" });
});

test("what Skein does not have is refused and changes nothing", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { sandbox: "read-only" });
  const { error } = await client.ask("thread/settings/update", {
    threadId,
    permissions: ":everything",
    model: "other",
  });
  expect(error?.message).toContain("permissions");
  const resumed = await client.request("thread/resume", { threadId });
  expect(resumed).toMatchObject({ sandbox: { type: "readOnly" } });
  expect(resumed.model).not.toBe("other");
});
