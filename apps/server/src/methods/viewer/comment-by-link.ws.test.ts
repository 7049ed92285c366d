/** By a link that begins in the middle, nothing is said about what came before it, and nothing of what was said there is heard. */
import { expect } from "vitest";
import { test } from "../../testing/account-test.ts";
import type { Browser } from "../../testing/browser.ts";
import { runTurn, startThread, startTurn } from "../../testing/conversation.ts";
import { says, saysAround } from "../../testing/prompts.ts";
import type { TestServer } from "../../testing/start-test-server.ts";
import type { TestClient } from "../../testing/test-client.ts";
import { allText, joinAsViewer } from "../../testing/viewer.ts";

const cookieOf = ({ cookies }: Browser) => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

async function linkWithoutHistory(member: TestClient, threadId: string): Promise<string> {
  const terms = { threadId, title: "From here", level: "comment", withHistory: false };
  return (await member.request("skein/share/create", terms)).path;
}

async function enter({ app }: TestServer, browser: Browser, path: string, threadId: string): Promise<TestClient> {
  const { url } = app.address;
  const guest = await joinAsViewer(url, path, { cookie: cookieOf(browser), origin: url });
  await guest.request("thread/resume", { threadId, replay: { cursor: null } });
  return guest;
}

const say = (client: TestClient, threadId: string, text: string, turnId?: string) =>
  client.ask("skein/thread/comment/add", { threadId, text, ...(turnId === undefined ? {} : { turnId }) });

test("turns from before a link take no comment by it and show none, in a fork of theirs neither", async ({
  server,
  owner,
  connect,
}) => {
  const member = await connect(owner);
  const source = await startThread(member, { environments: [] });
  const earlier = [
    (await runTurn(member, source, [says("The first.")])).id,
    (await runTurn(member, source, [says("The second.")])).id,
  ];
  const { thread: fork } = await member.request("thread/fork", { threadId: source });
  for (const threadId of [fork.id, source]) {
    for (const turnId of earlier) {
      expect((await say(member, threadId, `Among us about ${turnId}`, turnId)).error).toBeUndefined();
    }
    const path = await linkWithoutHistory(member, threadId);
    const guest = await enter(server, owner, path, threadId);
    const unknown = (await say(guest, threadId, "To nobody", "no-such-turn")).error;
    expect(unknown?.message).toMatch(/no such turn/);
    // Before anything is shown there is nothing to comment on, whatever the thread holds.
    expect((await say(guest, threadId, "About the newest")).error).toEqual(unknown);
    const later = (await runTurn(member, threadId, [says("The third.")])).id;
    for (const turnId of earlier) {
      expect((await say(guest, threadId, "About what is hidden", turnId)).error).toEqual(unknown);
      expect((await say(member, threadId, `Late, among us about ${turnId}`, turnId)).error).toBeUndefined();
    }
    const about = [await say(guest, threadId, "About what is shown", later), await say(guest, threadId, "The newest")];
    expect(about.map(({ result }) => result.comment.turnId)).toEqual([later, later]);
    const { data } = await guest.request("thread/turns/list", { threadId, itemsView: "full" });
    expect(data.map(({ id }: { id: string }) => id)).toEqual([later]);
    const exported = await fetch(`${server.app.address.url}/threads/${threadId}/export?format=json`, {
      headers: { authorization: `Bearer ${path.split("#")[1]}` },
    });
    const seen = (await exported.text()) + allText(guest);
    expect(seen).toContain("About what is shown");
    expect(seen).not.toMatch(/among us/i);
    guest.socket.terminate();
  }
}, 60_000);

test("the turn that runs when a link is made belongs to what it shows", async ({ server, owner, connect }) => {
  const member = await connect(owner);
  const threadId = await startThread(member, { environments: [] });
  const before = (await runTurn(member, threadId, [says("The first.")])).id;
  const running = await startTurn(member, threadId, saysAround("shared-midway", "Half, ", "and the rest."));
  await server.model.gateReached("shared-midway");
  const guest = await enter(server, owner, await linkWithoutHistory(member, threadId), threadId);
  expect((await say(guest, threadId, "Too early", before)).error?.message).toMatch(/no such turn/);
  expect((await say(guest, threadId, "Go on", running)).result.comment.turnId).toBe(running);
  const ended = member.notified("turn/completed", ({ turn }) => turn.id === running);
  server.model.releaseGate("shared-midway");
  await ended;
  guest.socket.terminate();
});
